// Pictures that somebody uploaded: of users, of teams, of the login page.
import { updateUser, userWith } from '../accounts.ts';
import { Answer, created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError } from '../errors.ts';
import { imageSize } from '../files/image-size.ts';
import { fileOf, readParts } from '../files/multipart.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { teamWith, updateTeam } from '../teams.ts';

const stream = { stream: true };
const brand = 'brand';

export const imageRoutes: readonly Route[] = [
	route(
		'POST /api/v4/users/{user_id}/image',
		async (call) => {
			demand.user(call, call.params.user_id);
			const user = userWith(call.site, call.params.user_id);
			keep(call, user.id, await uploaded(call, 'user.upload_profile_user'));
			updateUser(call.site, user, { last_picture_update: call.now });
			return ok;
		},
		stream,
	),
	route('DELETE /api/v4/users/{user_id}/image', (call) => {
		demand.user(call, call.params.user_id);
		const user = userWith(call.site, call.params.user_id);
		call.world.files.contents.delete(`image-${user.id}`);
		updateUser(call.site, user, { last_picture_update: 0 });
		return ok;
	}),

	route(
		'POST /api/v4/teams/{team_id}/image',
		async (call) => {
			demand.team(call, call.params.team_id, 'manage_team');
			const team = teamWith(call.site, call.params.team_id);
			keep(call, team.id, await uploaded(call, 'team.set_team_icon'));
			updateTeam(call.site, team, { last_team_icon_update: call.now });
			return ok;
		},
		stream,
	),
	route('GET /api/v4/teams/{team_id}/image', (call) => {
		const team = teamWith(call.site, call.params.team_id);
		if (team.type !== 'O' || !team.allow_open_invite) demand.team(call, team.id, 'view_team');
		const image = imageOf(call, team.id);
		if (!image)
			throw new AppError(404, 'api.team.get_team_icon.read_file.app_error', 'Unable to read the team icon file.');
		return sent(image);
	}),
	route('DELETE /api/v4/teams/{team_id}/image', (call) => {
		demand.team(call, call.params.team_id, 'manage_team');
		const team = teamWith(call.site, call.params.team_id);
		call.world.files.contents.delete(`image-${team.id}`);
		updateTeam(call.site, team, { last_team_icon_update: 0 });
		return ok;
	}),

	route(
		'POST /api/v4/brand/image',
		async (call) => {
			demand.system(call, 'manage_system');
			keep(call, brand, await uploaded(call, 'admin.upload_brand_image'));
			return created(ok);
		},
		stream,
	),
	route(
		'GET /api/v4/brand/image',
		(call) => {
			const image = imageOf(call, brand);
			return image ? sent(image) : new Answer(404, undefined);
		},
		{ open: true },
	),
	route('DELETE /api/v4/brand/image', (call) => {
		demand.system(call, 'manage_system');
		if (!imageOf(call, brand))
			throw new AppError(
				404,
				'api.admin.delete_brand_image.storage.not_found',
				'Unable to delete brand image, not found.',
			);
		call.world.files.contents.delete(`image-${brand}`);
		return ok;
	}),
];

/** The picture that was uploaded for a user or a team. */
export function imageOf({ world }: Call, id: string): Buffer | undefined {
	return world.files.contents.read(`image-${id}`);
}

function keep({ world }: Call, id: string, image: Buffer): void {
	world.files.contents.delete(`image-${id}`);
	world.files.contents.append(`image-${id}`, image);
}

async function uploaded(call: Call, what: string): Promise<Buffer> {
	const { maxFileSize } = call.site.settings;
	const unreadable = () => new AppError(400, `api.${what}.no_file.app_error`, "No file under 'image' in request.");
	const tooLarge = () =>
		new AppError(413, `api.${what}.too_large.app_error`, 'Unable to upload the image. File is too large.');
	const parts = await readParts(call.request, { limit: maxFileSize, refusals: { tooLarge, unreadable } });
	const image = fileOf(parts, 'image');
	if (!image) throw unreadable();
	if (!imageSize(image))
		throw new AppError(400, `api.${what}.check_image_limits.app_error`, 'The file is no image that the server knows.');
	return image;
}

function sent(image: Buffer): Answer {
	return new Answer(200, image, { 'Content-Type': imageType(image), 'Cache-Control': 'max-age=86400, private' });
}

export function imageType(image: Buffer): string {
	const head = image.toString('latin1', 0, 4);
	if (head.startsWith('\xff\xd8')) return 'image/jpeg';
	return head.startsWith('GIF') ? 'image/gif' : 'image/png';
}
