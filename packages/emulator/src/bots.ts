// Operations on bots: a bot is a user that cannot log in, and a row that says whose it is.
import { checkUsername, createBotUser, setActive, updateUser } from './accounts.ts';
import { AppError } from './errors.ts';
import type { Site } from './site.ts';
import type { Bot } from './world/bots.ts';
import type { User } from './world/users.ts';

export interface NewBot {
	readonly username: string;
	readonly display_name: string;
	readonly description: string;
	readonly owner_id: string;
}

export function createBot(site: Site, { username, display_name, description, owner_id }: NewBot): Bot {
	const user = createBotUser(site, username, display_name, description);
	return insertBot(site, user, owner_id, description);
}

/** The user can no longer log in; tokens go on working. */
export function convertToBot(site: Site, user: User, ownerId: string): Bot {
	updateUser(site, user, { is_bot: true, password: '' });
	return insertBot(site, user, ownerId, '');
}

function insertBot({ world, clock }: Site, user: User, owner_id: string, description: string): Bot {
	const now = clock.now();
	return world.bots.table.insert({
		user_id: user.id,
		description,
		owner_id,
		create_at: now,
		update_at: now,
		delete_at: 0,
	});
}

/** Its tokens stop working and its WebSockets fall silent; enabled again, it needs new tokens. */
export function setBotActive(site: Site, bot: Bot, active: boolean): Bot {
	const now = site.clock.now();
	setActive(site, userOf(site, bot), active);
	return site.world.bots.table.update(bot, { delete_at: active ? 0 : now, update_at: now });
}

export function patchBot(site: Site, bot: Bot, patch: Partial<Omit<NewBot, 'owner_id'>>): Bot {
	const user = userOf(site, bot);
	const { username = user.username, display_name = user.first_name, description = bot.description } = patch;
	if (username !== user.username) {
		checkUsername(username);
		if (site.world.users.named(username)) {
			throw new AppError(
				400,
				'app.user.save.username_exists.app_error',
				'An account with that username already exists.',
			);
		}
	}
	updateUser(site, user, { username, first_name: display_name, bot_description: description });
	return site.world.bots.table.update(bot, { description, update_at: site.clock.now() });
}

export function userOf({ world }: Site, bot: Bot): User {
	const user = world.users.get(bot.user_id);
	if (!user) throw new Error(`the bot ${bot.user_id} has no user`);
	return user;
}

export function botJson(site: Site, bot: Bot): object {
	const user = userOf(site, bot);
	return {
		user_id: bot.user_id,
		username: user.username,
		display_name: user.first_name,
		...(bot.description === '' ? {} : { description: bot.description }),
		owner_id: bot.owner_id,
		create_at: bot.create_at,
		update_at: bot.update_at,
		delete_at: bot.delete_at,
	};
}
