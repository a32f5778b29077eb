// Operations on users: sign-up, changes, and what of a user others may see.
import { AppError, invalidBody, noSuchUser } from './errors.ts';
import type { Fields } from './fields.ts';
import { newId } from './ids.ts';
import { hashed } from './passwords.ts';
import { isSystemAdmin } from './permissions.ts';
import { endSessionsOf } from './session.ts';
import type { Site } from './site.ts';
import type { User } from './world/users.ts';

export interface NewUser {
	readonly username: string;
	readonly email: string;
	readonly password: string;
	readonly first_name?: string;
	readonly last_name?: string;
	readonly nickname?: string;
	readonly position?: string;
	readonly locale?: string;
	readonly roles?: string;
	readonly notify_props?: Record<string, string>;
}

export const defaultNotifyProps = {
	channel: 'true',
	comments: 'never',
	desktop: 'mention',
	desktop_sound: 'true',
	desktop_threads: 'all',
	email: 'true',
	email_threads: 'all',
	first_name: 'false',
	mention_keys: '',
	push: 'mention',
	push_status: 'online',
	push_threads: 'all',
} as const;

const defaultTimezone = { automaticTimezone: '', manualTimezone: '', useAutomaticTimezone: 'true' } as const;

/** @param found by id, refused with 404 when there is none. */
export function userWith(site: Site, id: string): User {
	const user = site.world.users.get(id);
	if (!user) throw noSuchUser();
	return user;
}

/** The first user ever is system administrator. */
export async function createUser(site: Site, user: NewUser): Promise<User> {
	checkUsername(user.username);
	checkEmail(user.email);
	checkPassword(site, user.password);
	const password = await hashed(user.password, site.settings.passwordCost);
	const isFirst = site.world.users.table.size === 0;
	return insertUser(
		site,
		{ ...user, roles: user.roles ?? (isFirst ? 'system_admin system_user' : 'system_user') },
		password,
	);
}

export function createBotUser(site: Site, username: string, displayName: string, description: string): User {
	checkUsername(username);
	const user = { username, email: `${username}@localhost`, first_name: displayName, roles: 'system_user' };
	return insertUser(site, user, '', description);
}

/** With a password that is hashed already. */
export function insertUser(
	site: Site,
	user: Omit<NewUser, 'password'>,
	password: string,
	botDescription?: string,
): User {
	const { users, preferences } = site.world;
	checkUsername(user.username);
	checkEmail(user.email);
	// After the hash was made: of two at once with one name, the second must be refused.
	if (users.named(user.username)) {
		throw new AppError(400, 'app.user.save.username_exists.app_error', 'An account with that username already exists.');
	}
	if (users.withEmail(user.email)) {
		throw new AppError(400, 'app.user.save.email_exists.app_error', 'An account with that email already exists.');
	}
	const now = site.clock.now();
	const row = users.table.insert({
		id: newId(),
		create_at: now,
		update_at: now,
		delete_at: 0,
		username: user.username,
		auth_service: '',
		email: user.email.toLowerCase(),
		email_verified: false,
		nickname: user.nickname ?? '',
		first_name: user.first_name ?? '',
		last_name: user.last_name ?? '',
		position: user.position ?? '',
		roles: user.roles ?? 'system_user',
		notify_props: { ...defaultNotifyProps, ...user.notify_props },
		props: {},
		last_password_update: now,
		last_picture_update: 0,
		failed_attempts: 0,
		locale: user.locale ?? 'en',
		timezone: { ...defaultTimezone },
		is_bot: botDescription !== undefined,
		bot_description: botDescription ?? '',
		password,
	});
	if (!row.is_bot) {
		preferences.set({ user_id: row.id, category: 'recommended_next_steps', name: 'hide', value: 'false' });
		preferences.set({ user_id: row.id, category: 'system_notice', name: 'GMasDM', value: 'true' });
		preferences.set({ user_id: row.id, category: 'tutorial_step', name: row.id, value: '0' });
	}
	site.hub.publish('new_user', { user_id: row.id }, {});
	return row;
}

const reserved = new Set(['all', 'channel', 'here', 'matterbot', 'system']);

export function checkUsername(username: string): void {
	if (!/^[a-z0-9._-]{3,64}$/.test(username) || !/^[a-z]/.test(username) || reserved.has(username)) {
		throw new AppError(
			400,
			'model.user.is_valid.username.app_error',
			'Username must begin with a letter, and contain between 3 to 22 lowercase characters made up of numbers, letters, and the symbols ".", "-", and "_".',
		);
	}
}

export function checkEmail(email: string): void {
	if (email.length > 128 || !/^[^\s@]+@[^\s@]+$/.test(email)) {
		throw new AppError(400, 'model.user.is_valid.email.app_error', 'Invalid email.');
	}
}

export function checkPassword(site: Site, password: string): void {
	const least = site.settings.passwordMinimumLength;
	if (password.length < least) {
		throw new AppError(
			400,
			'model.user.is_valid.pwd_min_length.app_error',
			`Your password must contain at least ${least} characters.`,
		);
	}
	if (password.length > 72) {
		throw new AppError(
			400,
			'model.user.is_valid.pwd_max_length.app_error',
			'Your password must contain no more than 72 characters.',
		);
	}
}

/** Who looks: the user (or who acts for the user), an administrator, anybody else. */
export type View = 'own' | 'admin' | 'other';

export function viewOf(site: Site, viewerId: string, user: User): View {
	if (viewerId === user.id) return 'own';
	return isSystemAdmin(site, viewerId) ? 'admin' : 'other';
}

/** A user as an answer has it; keys in the order of the recordings. */
export function profile(site: Site, user: User, view: View): object {
	const { settings } = site;
	const isOther = view === 'other';
	return {
		id: user.id,
		create_at: user.create_at,
		update_at: user.update_at,
		delete_at: user.delete_at,
		username: user.username,
		...(isOther ? { auth_data: '' } : {}),
		auth_service: user.auth_service,
		email: isOther && !settings.showEmailAddress ? '' : user.email,
		...(user.email_verified && !isOther ? { email_verified: true } : {}),
		nickname: user.nickname,
		first_name: isOther && !settings.showFullName ? '' : user.first_name,
		last_name: isOther && !settings.showFullName ? '' : user.last_name,
		position: user.position,
		roles: user.roles,
		...(Object.keys(user.props).length > 0 ? { props: user.props } : {}),
		...(isOther ? {} : { notify_props: user.notify_props }),
		...(view === 'own' ? { last_password_update: user.last_password_update } : {}),
		...(user.last_picture_update > 0 ? { last_picture_update: user.last_picture_update } : {}),
		...(user.failed_attempts > 0 && !isOther ? { failed_attempts: user.failed_attempts } : {}),
		locale: user.locale,
		timezone: user.timezone,
		...(user.is_bot ? { is_bot: true, bot_description: user.bot_description } : { remote_id: '' }),
		disable_welcome_email: false,
	};
}

export function profileFor(site: Site, viewerId: string, user: User): object {
	return profile(site, user, viewOf(site, viewerId, user));
}

/** Tells of a change: everything to the user, less to others, more to administrators. */
export function publishUser(site: Site, user: User): void {
	const others = { omit_users: { [user.id]: true } } as const;
	site.hub.publish(
		'user_updated',
		{ user: profile(site, user, 'other') },
		{ ...others, contains_sanitized_data: true },
	);
	site.hub.publish(
		'user_updated',
		{ user: profile(site, user, 'admin') },
		{ ...others, contains_sensitive_data: true },
	);
	site.hub.publish('user_updated', { user: profile(site, user, 'own') }, { user_id: user.id });
}

/** What `patch` and `PUT /users/{id}` may change. */
export function changesIn(site: Site, user: User, fields: Fields): Partial<User> {
	const changes: Partial<User> = {};
	for (const key of ['nickname', 'first_name', 'last_name', 'position', 'locale'] as const) {
		const value = fields.optional(key);
		if (value !== undefined) changes[key] = value;
	}
	const username = fields.optional('username');
	if (username !== undefined && username !== user.username) {
		checkUsername(username);
		if (site.world.users.named(username)) {
			throw new AppError(
				400,
				'app.user.save.username_exists.app_error',
				'An account with that username already exists.',
			);
		}
		changes.username = username;
	}
	const email = fields.optional('email')?.toLowerCase();
	if (email !== undefined && email !== user.email) {
		checkEmail(email);
		if (site.world.users.withEmail(email)) {
			throw new AppError(400, 'app.user.save.email_exists.app_error', 'An account with that email already exists.');
		}
		changes.email = email;
	}
	if (fields.has('notify_props')) changes.notify_props = { ...user.notify_props, ...fields.texts('notify_props') };
	if (fields.has('props')) changes.props = { ...user.props, ...fields.texts('props') };
	if (fields.has('timezone')) changes.timezone = { ...user.timezone, ...fields.texts('timezone') };
	return changes;
}

export function updateUser(site: Site, user: User, changes: Partial<User>): void {
	site.world.users.table.update(user, { ...changes, update_at: site.clock.now() });
	publishUser(site, user);
}

export function setActive(site: Site, user: User, active: boolean): void {
	const now = site.clock.now();
	site.world.users.table.update(user, { delete_at: active ? 0 : now, update_at: now });
	if (!active) endSessionsOf(site, user.id);
	publishUser(site, user);
	site.hub.publish('user_activation_status_change', {}, {});
}

export async function setPassword(site: Site, user: User, password: string): Promise<void> {
	checkPassword(site, password);
	const hash = await hashed(password, site.settings.passwordCost);
	const now = site.clock.now();
	site.world.users.table.update(user, {
		password: hash,
		last_password_update: now,
		update_at: now,
		failed_attempts: 0,
	});
}

const systemRoles = /^(?:system_[a-z_]+)(?: system_[a-z_]+)*$/;

export function setRoles(site: Site, user: User, roles: string): void {
	if (!systemRoles.test(roles)) throw invalidBody('roles');
	site.world.users.table.update(user, { roles, update_at: site.clock.now() });
	site.hub.publish('user_role_updated', { roles, user_id: user.id }, { user_id: user.id });
}
