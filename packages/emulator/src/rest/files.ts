import { createHmac } from 'node:crypto';
import { Answer, created } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidUrl } from '../errors.ts';
import { byteRange } from '../files/byte-range.ts';
import { fileJson } from '../files/file-json.ts';
import { isShown } from '../files/mime.ts';
import { demand, mayInChannel } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { FileInfo } from '../world/files.ts';
import { multipartFiles, rawFile } from './file-upload.ts';

const stream = { stream: true };

export const fileRoutes: readonly Route[] = [
	route('POST /api/v4/files', upload, stream),
	route('GET /api/v4/files/{file_id}', download),
	route('HEAD /api/v4/files/{file_id}', download),
	route('GET /api/v4/files/{file_id}/thumbnail', (call) => image(call, 'thumbnail')),
	route('HEAD /api/v4/files/{file_id}/thumbnail', (call) => image(call, 'thumbnail')),
	route('GET /api/v4/files/{file_id}/preview', (call) => image(call, 'preview')),
	route('HEAD /api/v4/files/{file_id}/preview', (call) => image(call, 'preview')),
	route('GET /api/v4/files/{file_id}/info', info),
	route('GET /api/v4/files/{file_id}/link', link),
	route('GET /files/{file_id}/public', publicFile, { open: true }),
	route('HEAD /files/{file_id}/public', publicFile, { open: true }),
	route('GET /api/v4/posts/{post_id}/files/info', infosOfPost),
	route('POST /api/v4/files/search', (call) => search(call)),
	route('POST /api/v4/teams/{team_id}/files/search', (call) => search(call, call.params.team_id)),
];

type FileCall = Call<'file_id'>;

const noSuchFile = () => new AppError(404, 'api.file.get_file_info.app_error', 'Failed to get file info.');

async function upload(call: Call): Promise<Answer> {
	if (!call.site.settings.fileAttachments)
		throw new AppError(
			403,
			'api.file.attachments.disabled.app_error',
			'File attachments have been disabled on this server.',
		);
	const isMultipart = call.request.headers['content-type']?.startsWith('multipart/form-data');
	if (!isMultipart) demandUpload(call, call.asked('channel_id'));
	const { channelId, files, clientIds } = await (isMultipart ? multipartFiles(call) : rawFile(call));
	demandUpload(call, channelId);
	const { user, now, world } = call;
	const made = files.map(({ name, bytes }) =>
		world.files.create({ user_id: user.id, channel_id: channelId, name, now }, bytes),
	);
	return created({ file_infos: made.map(fileJson), client_ids: clientIds });
}

/** Before a raw body is read: who may not upload is not kept uploading. */
function demandUpload(call: Call, channelId: string): void {
	if (channelId === '') throw invalidUrl('channel_id');
	demand.channel(call, channelId, 'upload_file');
}

/** The file where the caller may see it: its own until a post has it, then those who read the channel. */
function readable(call: FileCall): FileInfo {
	const file = call.world.files.get(call.params.file_id);
	if (!file) throw noSuchFile();
	const { user, site } = call;
	if (file.creator_id === user.id) return file;
	if (!mayInChannel(site, user.id, file.channel_id, 'read_channel_content')) throw forbidden();
	return file;
}

function download(call: FileCall): Answer {
	return sent(call, readable(call));
}

function image(call: FileCall, kind: 'thumbnail' | 'preview'): Answer {
	const file = readable(call);
	if (file.width === 0)
		throw new AppError(400, `api.file.get_file_${kind}.no_${kind}.app_error`, `File doesn't have a ${kind} image.`);
	return sent(call, file);
}

function sent({ world, request, query }: FileCall, file: FileInfo): Answer {
	const bytes = world.files.contents.read(file.id);
	if (!bytes) throw new AppError(404, 'api.file.read_file.app_error', 'Unable to read the file.');
	const kept = query.get('download') !== '1' && isShown(file.mime_type) ? 'inline' : 'attachment';
	const name = file.name.replaceAll(/["\\\r\n]/g, '_');
	const headers: Record<string, string> = {
		'Accept-Ranges': 'bytes',
		'Cache-Control': 'private, max-age=86400',
		'Content-Disposition': `${kept};filename="${latin(name)}"; filename*=UTF-8''${encodeURIComponent(name)}`,
		'Content-Security-Policy': "Frame-ancestors 'none'",
		'Content-Type': file.mime_type,
		'Last-Modified': new Date(file.update_at).toUTCString(),
		'X-Frame-Options': 'DENY',
		'X-Uncompressed-Content-Length': String(bytes.length),
	};
	const range = byteRange(request.headers.range, bytes.length);
	if (range === 'all') return new Answer(200, bytes, headers);
	if (range === 'unsatisfiable')
		return new Answer(416, 'invalid range: failed to overlap\n', {
			...headers,
			'Content-Type': 'text/plain; charset=utf-8',
			'Content-Range': `bytes */${bytes.length}`,
		});
	const { first, last } = range;
	return new Answer(206, bytes.subarray(first, last + 1), {
		...headers,
		'Content-Range': `bytes ${first}-${last}/${bytes.length}`,
	});
}

/** Header values are Latin-1; the name as it is stands in `filename*`. */
const latin = (name: string) => encodeURIComponent(name).replaceAll('%20', ' ');

function info(call: FileCall): Answer {
	return new Answer(200, fileJson(readable(call)), { 'Cache-Control': 'max-age=2592000, private' });
}

function link(call: FileCall): object {
	const { settings } = call.site;
	if (!settings.publicLinks) throw linksDisabled();
	const file = readable(call);
	demand.channel(call, file.channel_id, 'get_public_link');
	if (file.post_id === '')
		throw new AppError(
			400,
			'api.file.get_public_link.no_post.app_error',
			'Unable to get public link for file. File must be attached to a post that can be read by the current user.',
		);
	return { link: `${settings.siteUrl}/files/${file.id}/public?h=${linkHash(file)}` };
}

function publicFile(call: FileCall): Answer {
	if (!call.site.settings.publicLinks) throw linksDisabled();
	const file = call.world.files.get(call.params.file_id);
	if (!file) throw noSuchFile();
	if (call.asked('h') !== linkHash(file))
		throw new AppError(
			400,
			'api.file.get_file.public_invalid.app_error',
			'The public link does not appear to be valid.',
		);
	return sent(call, file);
}

const linksDisabled = () =>
	new AppError(403, 'api.file.get_public_link.disabled.app_error', 'Public links have been disabled.');

/** The salt is no secret: an emulator guards nothing. It only makes a made-up link fail. */
function linkHash(file: FileInfo): string {
	return createHmac('sha256', 'emulator').update(file.id).digest('base64url');
}

function infosOfPost(call: Call<'post_id'>): object[] {
	const post = call.world.posts.get(call.params.post_id);
	if (!post) throw new AppError(404, 'app.post.get.app_error', 'Unable to get the post.');
	demand.channel(call, post.channel_id, 'read_channel_content');
	return call.world.files.ofPost(post.id).map(fileJson);
}

/** By words of the name and by extension (`ext:pdf`), in the channels of the caller; the newest first. */
function search(call: Call, teamId?: string): object {
	if (teamId !== undefined) demand.team(call, teamId, 'view_team');
	const fields = call.fields('terms');
	const terms = fields.string('terms').trim().toLowerCase();
	if (terms === '')
		throw new AppError(400, 'api.context.invalid_body_param.app_error', 'Invalid or missing terms in request body.');
	const words = terms.split(/\s+/);
	const extensions = words.flatMap((word) => (word.startsWith('ext:') ? [word.slice(4)] : []));
	const names = words.filter((word) => !word.startsWith('ext:')).map((word) => word.replace(/\*$/, ''));
	const { world, user } = call;
	const isHere = (channelId: string) => {
		const channel = world.channels.get(channelId);
		const inTeam = teamId === undefined || channel?.team_id === '' || channel?.team_id === teamId;
		return channel?.delete_at === 0 && inTeam && world.channels.isMember(channelId, user.id);
	};
	const matches = ({ name, extension, post_id, delete_at, channel_id }: FileInfo) =>
		delete_at === 0 &&
		post_id !== '' &&
		(extensions.length === 0 || extensions.includes(extension)) &&
		names.some((word) => name.toLowerCase().includes(word)) === names.length > 0 &&
		isHere(channel_id);
	const found = [...world.files.table.values()].filter(matches).reverse();
	const { from, to } = call.page();
	const page = found.slice(from, to);
	return {
		order: page.map((file) => file.id),
		file_infos: Object.fromEntries(page.map((file) => [file.id, fileJson(file)])),
		next_file_info_id: '',
		prev_file_info_id: '',
		first_inaccessible_file_time: 0,
	};
}
