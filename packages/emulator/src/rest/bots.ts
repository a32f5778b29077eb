import { profile, setPassword, setRoles, updateUser, userWith } from '../accounts.ts';
import { created } from '../answer.ts';
import { botJson, convertToBot, createBot, patchBot, setBotActive } from '../bots.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden } from '../errors.ts';
import { demand, mayInSystem } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Bot } from '../world/bots.ts';

export const botRoutes: readonly Route[] = [
	route('POST /api/v4/bots', (call) => {
		const fields = call.fields('bot');
		const { site, user } = call;
		// A bot may not make bots; who may is told first whether anybody may.
		demand.system(call, 'create_bot');
		if (user.is_bot) throw forbidden();
		if (!site.settings.botAccounts) {
			throw new AppError(403, 'api.bot.create_disabled', 'Bot creation has been disabled.');
		}
		const bot = createBot(site, {
			username: fields.string('username'),
			display_name: fields.string('display_name'),
			description: fields.string('description'),
			owner_id: user.id,
		});
		return created(botJson(site, bot));
	}),

	route('GET /api/v4/bots', (call) => {
		const { site, user, world } = call;
		const seesAll = mayInSystem(site, user.id, 'read_others_bots');
		if (!seesAll && !mayInSystem(site, user.id, 'read_bots')) throw forbidden();
		const isOrphaned = (bot: Bot) => world.users.get(bot.owner_id)?.delete_at !== 0;
		const { from, to } = call.page();
		return [...world.bots.table.values()]
			.filter((bot) => seesAll || bot.owner_id === user.id)
			.filter((bot) => call.flag('include_deleted') || bot.delete_at === 0)
			.filter((bot) => !call.flag('only_orphaned') || isOrphaned(bot))
			.slice(from, to)
			.map((bot) => botJson(site, bot));
	}),

	route('GET /api/v4/bots/{bot_user_id}', (call) => {
		const bot = botWith(call);
		if (bot.delete_at > 0 && !call.flag('include_deleted')) throw noSuchBot();
		const permission = bot.owner_id === call.user.id ? 'read_bots' : 'read_others_bots';
		// Whether there is such a bot is not told to those who may not see it.
		if (!mayInSystem(call.site, call.user.id, permission)) throw noSuchBot();
		return botJson(call.site, bot);
	}),

	route('PUT /api/v4/bots/{bot_user_id}', (call) => {
		const fields = call.fields('bot');
		const bot = managed(call);
		const patch = Object.fromEntries(
			(['username', 'display_name', 'description'] as const).flatMap((key) =>
				fields.has(key) ? [[key, fields.string(key)]] : [],
			),
		);
		return botJson(call.site, patchBot(call.site, bot, patch));
	}),

	route('POST /api/v4/bots/{bot_user_id}/disable', (call) =>
		botJson(call.site, setBotActive(call.site, managed(call), false)),
	),

	route('POST /api/v4/bots/{bot_user_id}/enable', (call) =>
		botJson(call.site, setBotActive(call.site, managed(call), true)),
	),

	route('POST /api/v4/bots/{bot_user_id}/assign/{user_id}', (call) => {
		const bot = managed(call);
		const owner = userWith(call.site, call.params.user_id);
		if (owner.is_bot) throw forbidden();
		call.world.bots.table.update(bot, { owner_id: owner.id, update_at: call.now });
		return botJson(call.site, bot);
	}),

	route('POST /api/v4/bots/{bot_user_id}/convert_to_user', async (call) => {
		demand.system(call, 'manage_system');
		const fields = call.fields('userPatch');
		const bot = botWith(call);
		const { site } = call;
		const user = userWith(site, bot.user_id);
		await setPassword(site, user, fields.required('password'));
		updateUser(site, user, { is_bot: false, bot_description: '', email: fields.optional('email') ?? user.email });
		if (call.flag('set_system_admin')) setRoles(site, user, 'system_admin system_user');
		call.world.bots.table.delete(bot);
		return profile(site, user, 'admin');
	}),

	route('POST /api/v4/users/{user_id}/convert_to_bot', (call) => {
		demand.system(call, 'manage_system');
		const user = userWith(call.site, call.params.user_id);
		return botJson(call.site, call.world.bots.get(user.id) ?? convertToBot(call.site, user, call.user.id));
	}),
];

type BotCall = Call<'bot_user_id'>;

const noSuchBot = () => new AppError(404, 'store.sql_bot.get.missing.app_error', 'Bot does not exist.');

function botWith(call: BotCall): Bot {
	const bot = call.world.bots.get(call.params.bot_user_id);
	if (!bot) throw noSuchBot();
	return bot;
}

/** A bot that the caller may change; for others there is none. */
function managed(call: BotCall): Bot {
	const bot = botWith(call);
	const permission = bot.owner_id === call.user.id ? 'manage_bots' : 'manage_others_bots';
	if (mayInSystem(call.site, call.user.id, permission)) return bot;
	if (mayInSystem(call.site, call.user.id, bot.owner_id === call.user.id ? 'read_bots' : 'read_others_bots')) {
		throw forbidden();
	}
	throw noSuchBot();
}
