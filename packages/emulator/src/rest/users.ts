import {
	changesIn,
	checkPassword,
	createUser,
	profile,
	profileFor,
	setActive,
	setPassword,
	setRoles,
	updateUser,
	userWith,
} from '../accounts.ts';
import { Answer, created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { defaultImage } from '../default-image.ts';
import { AppError, invalidBody, noSuchUser } from '../errors.ts';
import { matches } from '../passwords.ts';
import { demand, isSystemAdmin } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { version } from '../version.ts';
import { byUsername, type User } from '../world/users.ts';
import { imageOf, imageType } from './images.ts';
import { channelFilter, searchUsers, type UserFilter } from './user-search.ts';

export const userRoutes: readonly Route[] = [
	route('POST /api/v4/users', signUp, { open: true }),
	route('GET /api/v4/users', list),
	route('GET /api/v4/users/stats', ({ world }) => ({ total_users_count: world.users.table.size })),
	route('GET /api/v4/users/stats/filtered', (call) => {
		demand.system(call, 'sysconsole_read_user_management_users');
		return { total_users_count: call.world.users.all().filter((user) => !user.is_bot && user.delete_at === 0).length };
	}),
	route('GET /api/v4/users/known', known),
	route('GET /api/v4/users/invalid_emails', (call) => {
		demand.system(call, 'sysconsole_read_user_management_users');
		return [];
	}),
	route('POST /api/v4/users/ids', (call) => {
		const wanted = call.strings('user_ids').map((id) => (id === 'me' ? call.user.id : id));
		const since = Number(call.asked('since'));
		const found = [...new Set(wanted)].sort().flatMap((id) => call.world.users.get(id) ?? []);
		return found.filter((user) => user.update_at > since).map((user) => listed(call, user));
	}),
	route('POST /api/v4/users/usernames', (call) =>
		profiles(
			call,
			call.strings('usernames').flatMap((name) => call.world.users.named(name) ?? []),
		),
	),
	route('GET /api/v4/users/username/{username}', (call) => {
		const user = call.world.users.named(call.params.username);
		if (!user) {
			throw new AppError(
				404,
				'app.user.get_by_username.app_error',
				'Unable to find an existing account matching your username for this team. This team may require an invite from the team owner to join.',
			);
		}
		return one(call, user);
	}),
	route('GET /api/v4/users/email/{email}', (call) => {
		if (!call.site.settings.showEmailAddress) demand.system(call, 'manage_system');
		const user = call.world.users.withEmail(call.params.email);
		if (!user) throw noSuchUser();
		return one(call, user);
	}),
	route('POST /api/v4/users/search', search),
	route('GET /api/v4/users/autocomplete', autocomplete),
	route('GET /api/v4/users/{user_id}', (call) => one(call, userWith(call.site, call.params.user_id))),
	route('PUT /api/v4/users/{user_id}', (call) => change(call, 'user')),
	route('PUT /api/v4/users/{user_id}/patch', (call) => change(call, 'user')),
	route('DELETE /api/v4/users/{user_id}', (call) => {
		demandActivation(call);
		setActive(call.site, userWith(call.site, call.params.user_id), false);
		return ok;
	}),
	route('PUT /api/v4/users/{user_id}/active', (call) => {
		const fields = call.fields('active');
		if (!fields.has('active')) throw invalidBody('active');
		if (fields.boolean('active')) demand.system(call, 'sysconsole_write_user_management_users');
		else demandActivation(call);
		setActive(call.site, userWith(call.site, call.params.user_id), fields.boolean('active'));
		return ok;
	}),
	route('PUT /api/v4/users/{user_id}/roles', (call) => {
		demand.system(call, 'manage_roles');
		setRoles(call.site, userWith(call.site, call.params.user_id), call.fields('roles').string('roles'));
		return ok;
	}),
	route('PUT /api/v4/users/{user_id}/password', password),
	route('POST /api/v4/users/{user_id}/reset_failed_attempts', (call) => {
		demand.system(call, 'sysconsole_write_user_management_users');
		call.world.users.table.update(userWith(call.site, call.params.user_id), { failed_attempts: 0 });
		return ok;
	}),
	route('GET /api/v4/users/{user_id}/image', image),
	route('GET /api/v4/users/{user_id}/image/default', image),
	route('POST /api/v4/users/group_channels', groupChannels),
	route('POST /api/v4/users/{user_id}/email/verify/member', (call) => {
		demand.system(call, 'manage_system');
		const user = userWith(call.site, call.params.user_id);
		updateUser(call.site, user, { email_verified: true });
		return profileFor(call.site, call.user.id, user);
	}),
];

const profiles = (call: Call, users: readonly User[]) =>
	[...new Set(users)].sort(byUsername).map((user) => listed(call, user));

/** In lists also the caller is shown as to others. */
function listed(call: Call, user: User): object {
	return profile(call.site, user, isSystemAdmin(call.site, call.user.id) ? 'admin' : 'other');
}

function one(call: Call, user: User): Answer {
	const etag = `${version}.${user.id}.${user.update_at}..0.true.true.0`;
	return call.tagged(etag, () => profileFor(call.site, call.user.id, user));
}

async function signUp(call: Call): Promise<Answer> {
	const fields = call.fields('user');
	const byAdmin = call.session !== undefined && isSystemAdmin(call.site, call.session.user_id);
	if (!call.site.settings.openServer && !byAdmin) {
		throw new AppError(
			403,
			'api.user.create_user.no_open_server',
			'This server does not allow open signups.  Please speak with your Administrator to receive an invitation.',
		);
	}
	const user = await createUser(call.site, {
		username: fields.string('username'),
		email: fields.string('email'),
		password: fields.string('password'),
		first_name: fields.string('first_name'),
		last_name: fields.string('last_name'),
		nickname: fields.string('nickname'),
		position: fields.string('position'),
		locale: fields.string('locale') || 'en',
		notify_props: fields.texts('notify_props'),
	});
	return created(profile(call.site, user, 'own'));
}

/** `in_team`, `not_in_team`, `in_channel`, `not_in_channel`, `without_team`, `active`, `inactive`, `role`, `sort`. */
function list(call: Call): object[] {
	const filter = channelFilter(call);
	const users = call.world.users.all().filter(filter);
	const sort = call.asked('sort');
	if (sort === 'create_at') users.sort((a, b) => b.create_at - a.create_at);
	if (sort === 'last_activity_at') {
		const activity = (user: User) => call.world.statuses.get(user.id)?.last_activity_at ?? 0;
		users.sort((a, b) => activity(b) - activity(a));
	}
	if (sort === 'status') {
		const order = ['online', 'away', 'dnd', 'offline', 'ooo'];
		const rank = (user: User) => order.indexOf(call.world.statuses.get(user.id)?.status ?? 'offline');
		users.sort((a, b) => rank(a) - rank(b));
	}
	const { from, to } = call.page();
	return users.slice(from, to).map((user) => listed(call, user));
}

/** Ids of users with whom the caller shares a direct or group channel. */
function known(call: Call): string[] {
	const ids = new Set<string>();
	for (const membership of call.world.channels.membershipsOf(call.user.id)) {
		const channel = call.world.channels.get(membership.channel_id);
		if (channel?.type !== 'D' && channel?.type !== 'G') continue;
		for (const member of call.world.channels.membersOf(channel.id)) ids.add(member.user_id);
	}
	ids.delete(call.user.id);
	return [...ids];
}

function search(call: Call): object[] {
	const fields = call.fields('user');
	const term = fields.string('term');
	if (term === '') throw invalidBody('term');
	const filter: UserFilter = {
		teamId: fields.string('team_id'),
		notInTeamId: fields.string('not_in_team_id'),
		channelId: fields.string('in_channel_id'),
		notInChannelId: fields.string('not_in_channel_id'),
		withoutTeam: fields.boolean('without_team'),
		inactive: fields.boolean('allow_inactive'),
		limit: fields.number('limit') || 100,
	};
	for (const id of [filter.channelId, filter.notInChannelId]) if (id) demand.channel(call, id, 'read_channel');
	for (const id of [filter.teamId, filter.notInTeamId]) if (id) demand.team(call, id, 'view_team');
	return profiles(call, searchUsers(call.site, term, filter));
}

function autocomplete(call: Call): object {
	const channelId = call.asked('in_channel');
	const teamId = call.asked('in_team');
	if (channelId) demand.channel(call, channelId, 'read_channel');
	if (teamId) demand.team(call, teamId, 'view_team');
	const limit = Math.min(Number(call.asked('limit')) || 100, 100);
	const inside = searchUsers(call.site, call.asked('name'), { channelId, teamId, limit });
	if (!channelId) return { users: profiles(call, inside) };
	const outside = searchUsers(call.site, call.asked('name'), { teamId, notInChannelId: channelId, limit });
	return { users: profiles(call, inside), out_of_channel: profiles(call, outside) };
}

function change(call: Call<'user_id'>, what: string): object {
	demand.user(call, call.params.user_id);
	const user = userWith(call.site, call.params.user_id);
	const fields = call.fields(what);
	if (fields.has('id') && fields.string('id') !== user.id) throw invalidBody('user_id');
	updateUser(call.site, user, changesIn(call.site, user, fields));
	return profile(call.site, user, 'own');
}

/** Users may not deactivate themselves on a server without that setting; only administrators deactivate others. */
function demandActivation(call: Call<'user_id'>): void {
	demand.system(call, 'sysconsole_write_user_management_users');
}

async function password(call: Call<'user_id'>): Promise<typeof ok> {
	const fields = call.fields('password');
	const user = userWith(call.site, call.params.user_id);
	const next = fields.string('new_password');
	if (user.id === call.user.id) {
		if (!(await matches(fields.string('current_password'), user.password))) {
			throw new AppError(
				400,
				'api.user.update_password.incorrect.app_error',
				'The "Current Password" you entered is incorrect. Please check that Caps Lock is off and try again.',
			);
		}
	} else if (!isSystemAdmin(call.site, call.user.id)) {
		throw new AppError(
			403,
			'api.user.update_password.context.app_error',
			'Update password failed because context user_id did not match props user_id.',
		);
	}
	checkPassword(call.site, next);
	await setPassword(call.site, user, next);
	return ok;
}

function image(call: Call<'user_id'>): Answer {
	const user = userWith(call.site, call.params.user_id);
	const own = call.request.url?.includes('/image/default') ? undefined : imageOf(call, user.id);
	const bytes = own ?? defaultImage(user.username);
	return new Answer(200, bytes, { 'Content-Type': imageType(bytes), 'Cache-Control': 'max-age=300, private' });
}

/** Users by group channel, for those that the caller is in. */
function groupChannels(call: Call): Record<string, object[]> {
	const result: Record<string, object[]> = {};
	for (const id of call.strings('group_channel_ids')) {
		if (call.world.channels.get(id)?.type !== 'G' || !call.world.channels.isMember(id, call.user.id)) continue;
		const members = [...call.world.channels.membersOf(id)];
		const users = members.flatMap(({ user_id }) =>
			user_id === call.user.id ? [] : (call.world.users.get(user_id) ?? []),
		);
		result[id] = profiles(call, users);
	}
	return result;
}
