import { created } from '../answer.ts';
import type { Call } from '../call.ts';
import { channelWith } from '../channels.ts';
import { AppError, invalidBody } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { fileJson } from '../files/file-json.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Bookmark } from '../world/bookmarks.ts';
import { otherConnections } from './other-connections.ts';

/** Bookmarks of a channel at most. */
const limit = 50;

type Doing = 'add' | 'edit' | 'delete' | 'order';

export const bookmarkRoutes: readonly Route[] = [
	route('GET /api/v4/channels/{channel_id}/bookmarks', (call) => {
		demandLicense(call);
		demand.channel(call, call.params.channel_id, 'read_channel_content');
		const since = Number(call.asked('bookmarks_since'));
		const { bookmarks } = call.world;
		// Who asks for changes hears of the deleted ones too.
		const list =
			since > 0
				? bookmarks.everOf(call.params.channel_id).filter((bookmark) => bookmark.update_at >= since)
				: bookmarks.of(call.params.channel_id);
		return list.map((bookmark) => view(call, bookmark));
	}),

	route('POST /api/v4/channels/{channel_id}/bookmarks', (call) => {
		demandLicense(call);
		const fields = call.fields('channelBookmark');
		demandTo(call, 'add');
		const type = fields.string('type');
		if (type !== 'link' && type !== 'file') throw invalid('type');
		const { channel_id } = call.params;
		const before = call.world.bookmarks.of(channel_id);
		if (before.length >= limit) throw invalid('bookmark_count');
		const { now } = call;
		const bookmark: Bookmark = {
			id: newId(),
			create_at: now,
			update_at: now,
			delete_at: 0,
			channel_id,
			owner_id: call.user.id,
			sort_order: before.length,
			type,
			...described(fields),
		};
		check(call, bookmark);
		call.world.bookmarks.table.insert(bookmark);
		publish(call, 'channel_bookmark_created', { bookmark: JSON.stringify(view(call, bookmark)) });
		return created(view(call, bookmark));
	}),

	route('PATCH /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}', (call) => {
		demandLicense(call);
		const fields = call.fields('channelBookmarkPatch');
		demandTo(call, 'edit');
		const bookmark = bookmarkWith(call);
		const changed = { ...bookmark, ...described(fields, bookmark), update_at: call.now };
		check(call, changed);
		call.world.bookmarks.table.update(bookmark, changed);
		const answer = { updated: view(call, bookmark) };
		publish(call, 'channel_bookmark_updated', { bookmarks: JSON.stringify(answer) });
		return answer;
	}),

	route('POST /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}/sort_order', (call) => {
		demandLicense(call);
		const place = call.json('channelBookmarkSortOrder');
		demandTo(call, 'order');
		const bookmark = bookmarkWith(call);
		const others = call.world.bookmarks.of(bookmark.channel_id).filter((other) => other !== bookmark);
		if (typeof place !== 'number' || place < 0 || place > others.length) throw invalidBody('channelBookmarkSortOrder');
		const list = others.toSpliced(place, 0, bookmark);
		for (const [sort_order, each] of list.entries()) {
			if (each.sort_order !== sort_order) call.world.bookmarks.table.update(each, { sort_order, update_at: call.now });
		}
		const views = list.map((each) => view(call, each));
		publish(call, 'channel_bookmark_sorted', { bookmarks: JSON.stringify(views) });
		return views;
	}),

	route('DELETE /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}', (call) => {
		demandLicense(call);
		demandTo(call, 'delete');
		const bookmark = bookmarkWith(call);
		call.world.bookmarks.table.update(bookmark, { delete_at: call.now, update_at: call.now });
		publish(call, 'channel_bookmark_deleted', { bookmark: JSON.stringify(view(call, bookmark)) });
		return view(call, bookmark);
	}),
];

type ChannelCall = Call<'channel_id'>;

function demandLicense({ site }: Call): void {
	if (site.settings.licensed) return;
	throw new AppError(
		403,
		'api.channel.bookmark.channel_bookmark.license.error',
		'Your license does not support channel bookmarks.',
	);
}

/** Open and private channels have permissions of their own; in direct messages every member may. */
function demandTo(call: ChannelCall, doing: Doing): void {
	const channel = channelWith(call.site, call.params.channel_id);
	if (channel.delete_at > 0) {
		throw new AppError(
			400,
			'api.channel.bookmark.channel_bookmark.archived_channel.error',
			'Unable to change bookmarks of an archived channel.',
		);
	}
	if (channel.type === 'O') demand.channel(call, channel.id, `${doing}_bookmark_public_channel`);
	else if (channel.type === 'P') demand.channel(call, channel.id, `${doing}_bookmark_private_channel`);
	else demand.channel(call, channel.id, 'read_channel');
}

function bookmarkWith(call: Call<'channel_id' | 'bookmark_id'>): Bookmark {
	const bookmark = call.world.bookmarks.table.get(call.params.bookmark_id);
	if (!bookmark || bookmark.delete_at > 0 || bookmark.channel_id !== call.params.channel_id) {
		throw new AppError(404, 'app.channel.bookmark.get.app_error', 'Could not find the bookmark.');
	}
	return bookmark;
}

const described = (fields: Fields, before?: Bookmark) => ({
	display_name: fields.optional('display_name') ?? before?.display_name ?? '',
	link_url: fields.optional('link_url') ?? before?.link_url ?? '',
	image_url: fields.optional('image_url') ?? before?.image_url ?? '',
	emoji: (fields.optional('emoji') ?? before?.emoji ?? '').replaceAll(':', ''),
	file_id: fields.optional('file_id') ?? before?.file_id ?? '',
});

const invalid = (what: string) =>
	new AppError(400, `model.channel_bookmark.is_valid.${what}.app_error`, `Invalid ${what} of a bookmark.`);

function check({ world }: Call, { display_name, type, link_url, file_id }: Bookmark): void {
	if (display_name === '' || display_name.length > 64) throw invalid('display_name');
	if (type === 'link' && !/^https?:\/\//.test(link_url)) throw invalid('link_url.missing_or_invalid');
	if (type === 'file' && !world.files.get(file_id)) throw invalid('file_id.missing_or_invalid');
	if (link_url !== '' && file_id !== '') throw invalid('link_file');
}

function publish(call: ChannelCall, event: string, data: Record<string, string>): void {
	call.hub.publish(event, data, { channel_id: call.params.channel_id, ...otherConnections(call) });
}

function view({ world }: Call, bookmark: Bookmark): object {
	const { file_id, link_url, image_url, emoji, type, display_name, sort_order, ...base } = bookmark;
	const file = world.files.get(file_id);
	return {
		...base,
		...(file_id === '' ? {} : { file_id }),
		display_name,
		sort_order,
		...(link_url === '' ? {} : { link_url }),
		...(image_url === '' ? {} : { image_url }),
		...(emoji === '' ? {} : { emoji }),
		type,
		...(file ? { file: fileJson(file) } : {}),
	};
}
