import { Answer, created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody, invalidUrl } from '../errors.ts';
import { imageSize } from '../files/image-size.ts';
import { fieldOf, fileOf, readParts } from '../files/multipart.ts';
import { newId } from '../ids.ts';
import { demand, mayInSystem } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { isSystemEmoji } from '../system-emojis.ts';
import type { Emoji } from '../world/emojis.ts';

/** Bytes of an emoji's image at most. */
const imageLimit = 512 * 1024;
/** Names that one call may ask for. */
const namesAtOnce = 200;

export const emojiRoutes: readonly Route[] = [
	route('POST /api/v4/emoji', create, { stream: true }),

	route('GET /api/v4/emoji', (call) => {
		demandEnabled(call);
		const { from, to } = call.page();
		const all = call.world.emojis.all();
		if (call.asked('sort') === 'name') all.sort(byName);
		return all.slice(from, to);
	}),

	route('GET /api/v4/emoji/autocomplete', (call) => {
		const name = call.asked('name');
		if (name === '') throw invalidUrl('name');
		return matching(call, (emoji) => emoji.name.startsWith(name)).slice(0, 100);
	}),

	route('POST /api/v4/emoji/search', (call) => {
		const fields = call.fields('term');
		const term = fields.string('term');
		if (term === '') throw invalidBody('term');
		const prefixOnly = fields.boolean('prefix_only');
		return matching(call, ({ name }) => (prefixOnly ? name.startsWith(term) : name.includes(term)));
	}),

	route('POST /api/v4/emoji/names', (call) => {
		demandEnabled(call);
		const names = call.strings('names');
		if (names.length > namesAtOnce) {
			throw new AppError(
				400,
				'api.emoji.get_multiple_by_name_too_many.request_error',
				'Unable to get that many emojis by name.',
			);
		}
		return names.flatMap((name) => call.world.emojis.named(name) ?? []);
	}),

	route('GET /api/v4/emoji/name/{emoji_name}', (call) => {
		demandEnabled(call);
		const emoji = call.world.emojis.named(call.params.emoji_name);
		if (!emoji) throw new AppError(404, 'app.emoji.get_by_name.no_result', 'Unable to find the emoji.');
		return emoji;
	}),

	route('GET /api/v4/emoji/{emoji_id}', emojiWith),

	route('GET /api/v4/emoji/{emoji_id}/image', (call) => {
		const emoji = emojiWith(call);
		const bytes = call.world.files.contents.read(emoji.id) ?? Buffer.alloc(0);
		const type = bytes.subarray(0, 3).toString('latin1') === 'GIF' ? 'image/gif' : 'image/png';
		return new Answer(200, bytes, { 'Content-Type': type, 'Cache-Control': 'max-age=2592000, private' });
	}),

	route('DELETE /api/v4/emoji/{emoji_id}', (call) => {
		const emoji = emojiWith(call);
		const permission = emoji.creator_id === call.user.id ? 'delete_emojis' : 'delete_others_emojis';
		if (!mayInSystem(call.site, call.user.id, permission)) throw forbidden();
		call.world.emojis.table.update(emoji, { delete_at: call.now, update_at: call.now });
		return ok;
	}),
];

async function create(call: Call): Promise<Answer> {
	demandEnabled(call);
	demand.system(call, 'create_emojis');
	const parts = await readParts(call.request, { limit: imageLimit, refusals: { tooLarge, unreadable } });
	const { name, creator_id } = described(fieldOf(parts, 'emoji'));
	if (creator_id !== call.user.id) throw forbidden();
	if (!/^[a-z0-9_+-]{1,64}$/.test(name))
		throw new AppError(400, 'model.emoji.name.app_error', 'Name must be 1 to 64 lowercase alphanumeric characters.');
	if (isSystemEmoji(name))
		throw new AppError(
			400,
			'model.emoji.system_emoji_name.app_error',
			'Name conflicts with existing system emoji name.',
		);
	if (call.world.emojis.named(name))
		throw new AppError(
			400,
			'api.emoji.create.duplicate.app_error',
			'Unable to create emoji. Another emoji with the same name already exists.',
		);
	const image = fileOf(parts, 'image');
	if (!image) throw invalidBody('image');
	if (!imageSize(image))
		throw new AppError(
			400,
			'api.emoji.upload.image.app_error',
			'Unable to create emoji. File must be a PNG, JPEG, or GIF.',
		);
	const { now } = call;
	const emoji: Emoji = { id: newId(), creator_id, name, create_at: now, update_at: now, delete_at: 0 };
	call.world.files.contents.append(emoji.id, image);
	call.world.emojis.table.insert(emoji);
	call.hub.publish('emoji_added', { emoji: JSON.stringify(emoji) }, {});
	return created(emoji);
}

function described(text: string | undefined): { name: string; creator_id: string } {
	try {
		const { name, creator_id } = JSON.parse(text ?? '') as Record<string, unknown>;
		return { name: String(name), creator_id: String(creator_id) };
	} catch {
		throw invalidBody('emoji');
	}
}

const tooLarge = () =>
	new AppError(
		413,
		'api.emoji.create.too_large.app_error',
		'Unable to create emoji. Image must be less than 512 KB in size.',
	);

const unreadable = () =>
	new AppError(400, 'api.emoji.create.parse.app_error', 'Unable to create emoji. Could not understand request.');

function demandEnabled({ site }: Call): void {
	if (!site.settings.customEmoji)
		throw new AppError(501, 'api.emoji.disabled.app_error', 'Custom emoji have been disabled by the system admin.');
}

function emojiWith(call: Call<'emoji_id'>): Emoji {
	demandEnabled(call);
	const emoji = call.world.emojis.get(call.params.emoji_id);
	if (!emoji) throw new AppError(404, 'app.emoji.get.no_result', 'Unable to find the emoji.');
	return emoji;
}

function matching(call: Call, matches: (emoji: Emoji) => boolean): Emoji[] {
	demandEnabled(call);
	return call.world.emojis.all().filter(matches).sort(byName);
}

const byName = (a: Emoji, b: Emoji) => (a.name < b.name ? -1 : 1);
