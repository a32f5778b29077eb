import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { logIn, password, signUp, startWorld, type World } from '../testing/gateway-world.ts';
import { codeOf, mattermostUser, newcomer } from '../testing/newcomers.ts';
import { accountDb } from './tables.ts';

test('a Mattermost user who exists is never taken over by a sign-up', async () => {
	await using world = await startWorld();
	const { id } = await mattermostUser(world, 'grace');
	const byName = await world.graphql(signUp, { ...newcomer('grace'), email: 'other@example.com' });
	const byEmail = await world.graphql(signUp, { ...newcomer('other'), email: 'grace@example.com' });
	assert.deepEqual([codeOf(byName), codeOf(byEmail)], ['CONFLICT', 'CONFLICT']);
	assert.equal((await world.graphql(logIn, newcomer('grace'))).data?.userGetToken instanceof Object, true);
	const login = await world.data<{ userGetToken: { statusCode: number } }>(logIn, newcomer('grace'));
	assert.equal(login.userGetToken.statusCode, 404);
	assert.equal((await world.mattermost<{ username: string }>('GET', `/users/${id}`)).username, 'grace');
	// The names of the refused sign-ups are free.
	await world.data(signUp, newcomer('other'));
});

test('signing up with the name of a Mattermost user again and again does not lock them out there', async () => {
	await using world = await startWorld();
	await mattermostUser(world, 'grace');
	const before = world.calls.length;
	for (let i = 0; i < 12; i++) await world.graphql(signUp, { ...newcomer('grace'), email: `g${i}@example.com` });
	assert.doesNotMatch(world.calls.slice(before).join(), /login/);
});

test('of many sign-ups of one name at once one succeeds', async () => {
	await using world = await startWorld();
	const answers = await Promise.all(Array.from({ length: 8 }, () => world.graphql(signUp, newcomer('ada'))));
	assert.equal(answers.filter(({ errors }) => !errors).length, 1);
	assert.deepEqual(new Set(answers.filter(({ errors }) => errors).map(codeOf)), new Set(['CONFLICT']));
	const users = await world.mattermost<{ username: string }[]>('GET', '/users?per_page=200');
	assert.equal(users.filter(({ username }) => username === 'ada').length, 1);
	await world.data(logIn, newcomer('ada'));
});

for (const [step, breakIt] of [
	['joining the team', (world: World) => world.fail((call) => /^POST .*\/teams\/[^/]+\/members$/.test(call))],
	['making the token', (world: World) => world.fail((call) => /^POST .*\/tokens$/.test(call))],
	[
		'writing the account',
		(world: World) =>
			sql`create trigger broken before insert on gateway_account begin select raise(abort, 'made to fail'); end`.execute(
				world.store.db(),
			),
	],
] as const) {
	test(`a sign-up that fails at ${step} leaves nothing behind on either side`, async () => {
		await using world = await startWorld({ signup: 'invite' });
		const admin = { username: 'admin', password: world.emulator.admin.password };
		const { userGetToken } = await world.data<{ userGetToken: { token: string } }>(logIn, admin);
		const { invitationCreate } = await world.data<{ invitationCreate: { metadata: { code: string } } }>(
			'mutation { invitationCreate { metadata } }',
			{},
			userGetToken.token,
		);
		const ada = { ...newcomer('ada'), invitation: invitationCreate.metadata.code };
		await breakIt(world);
		const failed = await world.graphql(signUp, ada);
		assert.equal(codeOf(failed), 'INTERNAL_ERROR');
		assert.doesNotMatch(JSON.stringify(failed), /made to fail/);
		world.fail(() => false);
		await sql`drop trigger if exists broken`.execute(world.store.db());
		const users = await world.mattermost<{ username: string; delete_at: number }[]>('GET', '/users?per_page=200');
		assert.deepEqual(
			users.filter(({ delete_at, username }) => delete_at === 0 && username !== 'admin'),
			[],
		);
		assert.deepEqual(await accountDb(world.store).selectFrom('gateway_sign_up').selectAll().execute(), []);
		// The name, the address and the invitation are as before.
		await world.data(signUp, ada);
		await world.data(logIn, newcomer('ada'));
	});
}

test('what a gateway that was killed during a sign-up left behind is undone by the next one', async () => {
	let now = Date.now();
	await using world = await startWorld();
	const db = accountDb(world.store);
	world.fail((call) => call.includes('/tokens') || call.startsWith('PUT') || call.startsWith('DELETE'));
	await world.graphql(signUp, newcomer('ada'));
	const [left] = await db.selectFrom('gateway_sign_up').selectAll().execute();
	assert.equal(left?.username, 'ada', 'undoing failed as well');
	world.fail(() => false);
	// As if the answer to "create user" had never come, and half an hour ago.
	now -= 1_800_000;
	await db.updateTable('gateway_sign_up').set({ mattermost_user_id: null, started_at: now }).execute();
	await using _next = await world.another();
	assert.deepEqual(await db.selectFrom('gateway_sign_up').selectAll().execute(), []);
	await world.data(signUp, newcomer('ada'));
});

test('a sign-up while Mattermost is away leaves its names free: nothing was sent', async () => {
	await using world = await startWorld();
	const { password: adminPassword } = world.emulator.admin;
	await using direct = await world.another({
		mattermost: { url: world.emulator.url, admin: { loginId: 'admin', password: adminPassword }, team: 'crew' },
	});
	await world.emulator[Symbol.asyncDispose]();
	const answer = await fetch(`${direct.origin}/graphql/`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ query: signUp, variables: newcomer('ada') }),
	});
	assert.equal(codeOf((await answer.json()) as object), 'UNAVAILABLE');
	assert.deepEqual(await accountDb(world.store).selectFrom('gateway_sign_up').selectAll().execute(), []);
});

test('sign-up may be closed, or by invitation of an administrator', async () => {
	await using world = await startWorld({ signup: 'invite' });
	await using closed = await world.another({ signup: 'closed' });
	const refused = await fetch(`${closed.origin}/graphql/`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ query: signUp, variables: newcomer('ada') }),
	});
	assert.equal(codeOf((await refused.json()) as object), 'SIGN_UP_CLOSED');
	assert.equal(codeOf(await world.graphql(signUp, newcomer('ada'))), 'SIGN_UP_CLOSED');
	assert.equal(codeOf(await world.graphql(signUp, { ...newcomer('ada'), invitation: 'guessed' })), 'SIGN_UP_CLOSED');

	const admin = await world.data<{ userGetToken: { token: string } }>(logIn, {
		username: 'admin',
		password: world.emulator.admin.password,
	});
	const invite = 'mutation { invitationCreate(uses: 1) { metadata } }';
	const { invitationCreate } = await world.data<{ invitationCreate: { metadata: { code: string } } }>(
		invite,
		{},
		admin.userGetToken.token,
	);
	const invitation = invitationCreate.metadata.code;
	await world.data(signUp, { ...newcomer('ada'), invitation });
	assert.equal(codeOf(await world.graphql(signUp, { ...newcomer('bob'), invitation })), 'SIGN_UP_CLOSED', 'used up');
	const ada = await world.data<{ userGetToken: { token: string } }>(logIn, newcomer('ada'));
	assert.equal(codeOf(await world.graphql(invite, {}, ada.userGetToken.token)), 'FORBIDDEN');
});

test('sign-ups from one address are throttled', async () => {
	await using world = await startWorld({ accounts: { signUpsPerAddress: { burst: 2, perMinute: 1 } } });
	await world.data(signUp, newcomer('ada'));
	await world.data(signUp, newcomer('bob'));
	assert.equal(codeOf(await world.graphql(signUp, newcomer('eve'))), 'TOO_MANY_REQUESTS');
});

test('an email address is the same in capitals', async () => {
	await using world = await startWorld();
	await world.data(signUp, { ...newcomer('ada'), email: ' Ada@Example.com' });
	assert.equal(codeOf(await world.graphql(signUp, { ...newcomer('bob'), email: 'ada@example.COM' })), 'CONFLICT');
	const login = await world.data<{ userGetToken: { statusCode: number } }>(logIn, {
		username: 'ADA@example.com',
		password,
	});
	assert.equal(login.userGetToken.statusCode, 200);
});

for (const route of ['/users', '/tokens']) {
	test(`a sign-up of which a proxy lost Mattermost’s answer to POST ${route} leaves nothing behind`, async () => {
		await using world = await startWorld();
		let times = 0;
		world.lose((call) => call.startsWith('POST') && call.endsWith(route) && ++times === 1);
		assert.equal(codeOf(await world.graphql(signUp, newcomer('ada'))), 'UNAVAILABLE');
		const users = await world.mattermost<{ id: string; username: string; delete_at: number }[]>('GET', '/users');
		assert.deepEqual(
			users.filter(({ delete_at, username }) => delete_at === 0 && username !== 'admin'),
			[],
		);
		assert.deepEqual(await accountDb(world.store).selectFrom('gateway_sign_up').selectAll().execute(), []);
		await world.data(signUp, newcomer('ada'));
		await world.data(logIn, newcomer('ada'));
	});
}

test('a name and an address that somebody gave up at Mattermost may be signed up with', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	assert.equal(codeOf(await world.graphql(signUp, newcomer('ada'))), 'CONFLICT');
	await world.mattermost('PUT', `/users/${ada.id}/patch`, { username: 'lovelace', email: 'lovelace@example.com' });
	await world.data(signUp, newcomer('ada'));
	for (const username of ['ada', 'lovelace']) {
		const { userGetToken } = await world.data<{ userGetToken: { metadata: { username: string; id: string } } }>(logIn, {
			username,
			password,
		});
		assert.equal(userGetToken.metadata.username, username);
		assert.equal(userGetToken.metadata.id === ada.id, username === 'lovelace');
	}
});
