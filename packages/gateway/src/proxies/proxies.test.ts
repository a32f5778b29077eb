import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator } from '@matterkit/emulator';
import { startWorld } from '../testing/gateway-world.ts';
import { MattermostAdminProxy } from './admin-proxy.ts';
import { ProxyError } from './proxy-error.ts';
import { clockIn } from './time-zone.ts';
import { MattermostUserProxy } from './user-proxy.ts';

const password = 'Passw0rd!x';

async function setUp() {
	const opened = new AsyncDisposableStack();
	const emulator = opened.use(await createEmulator({ faults: true }));
	const login = { loginId: emulator.admin.username, password: emulator.admin.password };
	const admin = opened.use(await MattermostAdminProxy.connect({ url: emulator.url, login, team: 'crew' }));
	await admin.createJoinTeam({ name: 'crew' });
	const join = async (username: string) =>
		opened.use(
			await MattermostUserProxy.connect({ url: emulator.url, login: { loginId: username, password }, team: 'crew' }),
		);
	const person = (username: string) => admin.createUser({ username, email: `${username}@example.com`, password });
	return { emulator, admin, join, person, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

test('the administrator makes users, teams and channels, and a user finds their way in them', async () => {
	await using t = await setUp();
	const ada = await t.person('ada');
	await t.person('bob');
	const channel = await t.admin.createJoinChannel({ name: 'general', members: ['ada', 'bob'] });
	const user = await t.join('ada');
	assert.deepEqual((await user.listUsers()).map(({ username }) => username).sort(), ['ada', 'admin', 'bob']);
	assert.deepEqual(
		(await user.listRelatedTeams()).map(({ name }) => name),
		['crew'],
	);
	assert.ok((await user.listRelatedChannels('crew')).some(({ id }) => id === channel.id));
	assert.ok((await t.admin.listAllTeams()).some(({ name }) => name === 'crew'));
	assert.ok((await t.admin.listAllPublicChannels()).some(({ id }) => id === channel.id));

	await user.sendMessage('general', 'by name');
	await user.sendMessage(channel.id, 'by id');
	const messages = await user.getMessages('general', { timeZone: 'Asia/Tehran' });
	assert.deepEqual(
		messages.slice(-2).map(({ message, username, userId }) => [message, username, userId]),
		[
			['by name', 'ada', ada.id],
			['by id', 'ada', ada.id],
		],
	);
	assert.match(messages.at(-1)?.createAt ?? '', /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}\+03:30$/);
	await user.leaveFromChannel('general');
	assert.ok(!(await user.listRelatedChannels()).some(({ id }) => id === channel.id));
	await user.joinToChannel('general');
	await t.admin.removeChannel('general');
	await assert.rejects(user.sendMessage('general', 'too late'), /no channel "general"/);
	await t.admin.removeTeam('crew');
});

test('a team is open and a channel public unless asked otherwise, and an administrator does what any user does', async () => {
	await using t = await setUp();
	const others = await t.admin.createJoinTeam({ name: 'others' });
	const general = await t.admin.createJoinChannel({ name: 'general', team: others.id });
	const board = await t.admin.createJoinChannel({ name: 'board', displayName: 'The board', type: 'P', team: 'others' });
	assert.deepEqual(
		[others.type, general.type, board.type, general.display_name, board.display_name],
		['O', 'O', 'P', 'general', 'The board'],
	);
	assert.equal((await t.admin.createJoinTeam({ name: 'closed', type: 'I' })).type, 'I');
	await t.admin.sendMessage('general', 'from the administrator', {}, 'others');
	const [last] = (await t.admin.getMessages(general.id, {}, others.id)).slice(-1);
	assert.deepEqual([last?.message, last?.username], ['from the administrator', 'admin']);
	assert.ok((await t.admin.listRelatedTeams()).some(({ name }) => name === 'others'));
});

test('users, teams and channels are named by id or by name in every method', async () => {
	await using t = await setUp();
	const ada = await t.person('ada');
	const crew = (await t.admin.listAllTeams()).find(({ name }) => name === 'crew');
	const channel = await t.admin.createJoinChannel({ name: 'general' });
	assert.ok(crew);
	const ids = { user: ada.id, team: crew.id, channel: channel.id };
	const names = { user: 'ada', team: 'crew', channel: 'general' };
	for (const each of [ids, names]) {
		await t.admin.deactivateUser(each.user);
		await t.admin.activateUser(each.user);
		await t.admin.addUserToTeam(each.user, each.team);
		await t.admin.addUserToChannel(each.user, each.channel, each.team);
		assert.ok((await t.admin.listAllPublicChannels(each.team)).some(({ id }) => id === channel.id));
	}
	await using back = await t.join('ada');
	for (const each of [ids, names]) {
		assert.ok((await back.listUsers(each.team)).some(({ id }) => id === ada.id));
		await back.leaveFromChannel(each.channel, each.team);
		assert.ok(!(await back.listRelatedChannels(each.team)).some(({ id }) => id === channel.id));
		await back.joinToChannel(each.channel, each.team);
		await back.sendMessage(each.channel, `by ${each.channel}`, {}, each.team);
		assert.equal((await back.getMessages(each.channel, { pageSize: 1 }, each.team))[0]?.message, `by ${each.channel}`);
	}
	for (const [index, each] of [ids, names].entries()) {
		const made = await t.admin.createJoinTeam({ name: `team-${index}`, members: [each.user] });
		const inIt = await t.admin.createJoinChannel({
			name: 'c',
			members: [each.user],
			team: index ? made.name : made.id,
		});
		await t.admin.removeChannel(index ? 'c' : inIt.id, index ? made.name : made.id);
		await t.admin.removeTeam(index ? made.name : made.id);
	}
});

test('a deactivated user can not log in until activated', async () => {
	await using t = await setUp();
	await t.person('ada');
	await t.admin.deactivateUser('ada');
	await assert.rejects(t.join('ada'), { name: 'AuthenticationError' });
	await t.admin.activateUser('ada');
	await t.join('ada');
});

test('someone of another team is added to the team with the channel', async () => {
	await using t = await setUp();
	await t.admin.createJoinTeam({ name: 'others' });
	await t.admin.createUser({ username: 'eve', email: 'eve@example.com', password, teams: ['others'] });
	await t.admin.createJoinChannel({ name: 'general' });
	await t.admin.addUserToChannel('@eve', 'general');
	const eve = await t.join('eve');
	assert.ok((await eve.listRelatedChannels()).some(({ name }) => name === 'general'));
	await t.admin.addUserToTeam('eve', 'crew');
});

test('a channel that not all could join is undone, and its name is free', async () => {
	await using t = await setUp();
	await t.person('ada');
	await t.admin.createUser({ username: 'eve', email: 'eve@example.com', password, teams: [] });
	// Eve is not in the team, so she can not be added to the channel.
	await assert.rejects(t.admin.createJoinChannel({ name: 'general', members: ['ada', 'eve'] }));
	assert.ok(!(await t.admin.listAllPublicChannels()).some(({ name }) => name === 'general'));
	await t.admin.createJoinChannel({ name: 'general', members: ['ada'] });
});

test('a user who could not join all teams is undone, and the names are free', async () => {
	await using t = await setUp();
	await t.admin.createJoinTeam({ name: 'others' });
	const user = { username: 'ada', email: 'ada@example.com', password, teams: ['crew', 'others'] };
	const fault = t.emulator.faults.add({ fault: 'status', status: 403, route: 'POST /api/v4/teams/{team_id}/members' });
	await assert.rejects(t.admin.createUser(user));
	fault.remove();
	await assert.rejects(t.join('ada'), { name: 'AuthenticationError' });
	await t.admin.createUser(user);
	await t.join('ada');
});

test('a team that not all could join is archived', async () => {
	await using t = await setUp();
	await t.person('ada');
	const fault = t.emulator.faults.add({ fault: 'status', status: 403, route: 'POST /api/v4/teams/{team_id}/members' });
	await assert.rejects(t.admin.createJoinTeam({ name: 'others', members: ['ada'] }));
	fault.remove();
	assert.ok(!(await t.admin.listAllTeams()).some(({ name, delete_at }) => name === 'others' && delete_at === 0));
});

test('who can not be added to the channel does not stay in the team', async () => {
	await using t = await setUp();
	await t.admin.createUser({ username: 'eve', email: 'eve@example.com', password, teams: [] });
	await t.admin.createJoinChannel({ name: 'general' });
	const route = 'POST /api/v4/channels/{channel_id}/members';
	const fault = t.emulator.faults.add({ fault: 'status', status: 403, route });
	await assert.rejects(t.admin.addUserToChannel('eve', 'general'));
	fault.remove();
	const eve = await t.join('eve');
	assert.deepEqual(await eve.listRelatedTeams(), []);
	await t.admin.addUserToChannel('eve', 'general');
	assert.equal((await eve.listRelatedTeams()).length, 1);
});

test('what could not be undone is told beside what failed', async () => {
	await using t = await setUp();
	t.emulator.faults.add({ fault: 'status', status: 403, route: 'POST /api/v4/teams/{team_id}/members' });
	t.emulator.faults.add({ fault: 'status', status: 403, route: 'PUT /api/v4/users/{user_id}/patch' });
	await assert.rejects(t.person('ada'), (error) => error instanceof AggregateError && error.errors.length === 2);
});

test('what Mattermost did is not told as failed when a proxy loses its answers, and is done once', async () => {
	await using world = await startWorld();
	const options = { url: world.mattermostUrl, team: 'crew', retryBackoffFactor: 0.01 };
	await using admin = await MattermostAdminProxy.connect({ ...options, token: world.emulator.admin.token });
	/** The first answer to each call that changes something. */
	const loseAnswers = () => {
		const lost = new Set<string>();
		world.lose(
			(call) => !/^GET|\/(login|logout|ids|usernames)$/.test(call) && !lost.has(call) && lost.add(call).size > 0,
		);
	};
	loseAnswers();
	const ada = await admin.createUser({ username: 'ada', email: 'ada@example.com', password });
	await admin.createUser({ username: 'bob', email: 'bob@example.com', password, teams: [] });
	const others = await admin.createJoinTeam({ name: 'others', members: ['ada'] });
	const general = await admin.createJoinChannel({ name: 'general', type: 'P', members: ['ada'] });
	assert.deepEqual([ada.username, others.name, general.name], ['ada', 'others', 'general']);
	await admin.addUserToTeam('bob');
	await admin.addUserToChannel('bob', 'general');
	await using user = await MattermostUserProxy.connect({ ...options, login: { loginId: 'ada', password } });
	await user.joinToChannel('town-square');
	await user.sendMessage('general', 'once');
	assert.equal((await user.getMessages('general')).filter(({ message }) => message === 'once').length, 1);
	assert.deepEqual((await user.listRelatedTeams()).map(({ name }) => name).sort(), ['crew', 'others']);
	loseAnswers();
	await user.leaveFromChannel('general');
	await admin.deactivateUser('bob');
	await admin.activateUser('bob');
	await admin.removeChannel('general');
	await admin.removeTeam('others');
});

test('what was there before is never taken for what was to be made', async () => {
	await using world = await startWorld();
	const options = { url: world.mattermostUrl, team: 'crew', retryBackoffFactor: 0.01 };
	await using admin = await MattermostAdminProxy.connect({ ...options, token: world.emulator.admin.token });
	const ada = { username: 'ada', email: 'ada@example.com', password };
	await admin.createUser(ada);
	await admin.createJoinTeam({ name: 'others' });
	await admin.createJoinChannel({ name: 'general' });
	world.lose((call) => /^POST .*\/(users|teams|channels)$/.test(call));
	await assert.rejects(admin.createUser(ada));
	await assert.rejects(admin.createJoinTeam({ name: 'others' }));
	await assert.rejects(admin.createJoinChannel({ name: 'general' }));
});

test('bad values and unknown names are refused before anything is made', async () => {
	await using t = await setUp();
	const user = { username: 'ada', email: 'ada@example.com', password };
	const refused = [
		() => t.admin.createUser({ ...user, username: 'A B' }),
		() => t.admin.createUser({ ...user, email: 'nope' }),
		() => t.admin.createUser({ ...user, password: 'password12' }),
		() => t.admin.createUser({ ...user, teams: ['no-such-team'] }),
		() => t.admin.createJoinTeam({ name: '' }),
		() => t.admin.createJoinTeam({ name: 'Not A Name' }),
		() => t.admin.createJoinChannel({ name: 'Not A Name' }),
		() => t.admin.createJoinChannel({ name: 'general', members: ['nobody-here'] }),
		() => t.admin.deactivateUser('nobody-here'),
		() => t.admin.deactivateUser(''),
		() => t.admin.removeChannel('no-such-channel'),
		() => t.admin.removeTeam('no-such-team'),
		() => t.admin.getMessages('town-square', { page: 0 }),
		() => t.admin.getMessages('town-square', { page: 1.5 }),
		() => t.admin.getMessages('town-square', { pageSize: Number.NaN }),
		() => t.admin.getMessages('town-square', { pageSize: 201 }),
		() => t.admin.getMessages('town-square', { page: 50, timeZone: 'Nowhere/At-all' }),
	];
	for (const work of refused) await assert.rejects(work, (error) => error instanceof ProxyError, String(work));
	await t.admin.createUser(user);
});

test('a time is written as a clock in its zone shows it', () => {
	const at = Date.UTC(2026, 10, 21, 1, 32, 2, 605);
	assert.equal(clockIn('UTC')(at), '2026-11-21T01:32:02.605+00:00');
	assert.equal(clockIn('America/New_York')(at), '2026-11-20T20:32:02.605-05:00');
	assert.equal(clockIn('UTC')(Date.UTC(2026, 10, 21)), '2026-11-21T00:00:00.000+00:00');
	assert.throws(() => clockIn('Nowhere/At-all'), /no time zone/);
});
