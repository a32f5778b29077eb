import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { logIn, metric, password, secret, signUp, startWorld, type World } from '../testing/gateway-world.ts';
import { subscribe } from '../testing/subscriber.ts';
import { accountDb } from './tables.ts';

const me = '{ me { id username email isStaff } }';
const onNewChatMessage =
	'subscription ($c: String!) { onNewChatMessage(channelIdentifier: $c) { message { message } } }';

const newcomer = (username: string) => ({ username, email: `${username}@example.com`, password });
const mattermostUser = (world: World, username: string, secretWord = 'Mattermost-1!') =>
	world.mattermost<{ id: string }>('POST', '/users', {
		username,
		email: `${username}@example.com`,
		password: secretWord,
	});
const codeOf = ({ errors }: { errors?: readonly { extensions?: Record<string, unknown> }[] }) =>
	errors?.[0]?.extensions?.code;

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

for (const step of ['POST /api/v4/teams/', '/tokens'] as const) {
	test(`a sign-up that fails at ${step} leaves nothing behind on either side`, async () => {
		await using world = await startWorld();
		world.fail(
			(call) => call.startsWith('POST') && call.includes(step.replace('POST ', '')) && call.split('/').length > 5,
		);
		const failed = await world.graphql(signUp, newcomer('ada'));
		assert.equal(codeOf(failed), 'INTERNAL_ERROR');
		assert.doesNotMatch(JSON.stringify(failed), /made to fail/);
		world.fail(() => false);
		const users = await world.mattermost<{ username: string; delete_at: number }[]>('GET', '/users?per_page=200');
		assert.deepEqual(
			users.filter(({ delete_at, username }) => delete_at === 0 && username !== 'admin'),
			[],
		);
		assert.deepEqual(await accountDb(world.store).selectFrom('gateway_sign_up').selectAll().execute(), []);
		await world.data(signUp, newcomer('ada'));
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

test('a Mattermost user logs in with the password or an access token from there', async () => {
	await using world = await startWorld();
	const { id } = await mattermostUser(world, 'grace', 'Mattermost-1!');
	const { token } = await world.mattermost<{ token: string }>('POST', `/users/${id}/tokens`, { description: 'mine' });
	for (const secretWord of ['Mattermost-1!', token]) {
		for (const username of ['grace', 'GRACE@example.com']) {
			const { userGetToken } = await world.data<{ userGetToken: { token: string; metadata: { id: string } } }>(logIn, {
				username,
				password: secretWord,
			});
			assert.equal(userGetToken.metadata.id, id);
			const answer = await world.data<{ me: { username: string } }>(me, {}, userGetToken.token);
			assert.equal(answer.me.username, 'grace');
		}
	}
	const rows = await accountDb(world.store).selectFrom('gateway_account').selectAll().execute();
	assert.deepEqual(
		rows.map(({ password_hash }) => password_hash),
		[null],
		'one account, and no password of it is kept',
	);
	assert.doesNotMatch(JSON.stringify(rows), new RegExp(token), 'what lets them in is sealed');
	// Somebody else's token is no password.
	const other = await world.data<{ userGetToken: { statusCode: number } }>(logIn, {
		username: 'admin',
		password: token,
	});
	assert.equal(other.userGetToken.statusCode, 404);
});

test('when a Mattermost user’s own session ends there, they log in again', async () => {
	await using world = await startWorld();
	const { id } = await mattermostUser(world, 'grace', 'Mattermost-1!');
	const grace = { username: 'grace', password: 'Mattermost-1!' };
	const first = await world.data<{ userGetToken: { token: string } }>(logIn, grace);
	await world.mattermost('POST', `/users/${id}/sessions/revoke/all`);
	const answer = await world.graphql(me, {}, first.userGetToken.token);
	assert.equal(answer.errors?.[0]?.message, 'The Mattermost session has ended. Please log in again.');
	assert.equal(codeOf(await world.graphql(me, {}, first.userGetToken.token)), 'UNAUTHENTICATED');
	const second = await world.data<{ userGetToken: { token: string } }>(logIn, grace);
	await world.data(me, {}, second.userGetToken.token);
});

for (const tokens of [true, false]) {
	test(`a way into Mattermost that is revoked there is renewed, where access tokens are ${tokens ? 'on' : 'off'}`, async () => {
		await using world = await startWorld({ emulator: { settings: { personalAccessTokens: tokens } } });
		const ada = await world.person('ada');
		if (tokens) {
			const [own] = await world.mattermost<{ id: string }[]>('GET', `/users/${ada.id}/tokens`);
			await world.mattermost('POST', '/users/tokens/revoke', { token_id: own?.id });
		} else await world.mattermost('POST', `/users/${ada.id}/sessions/revoke/all`);
		const answers = await Promise.all(
			Array.from({ length: 5 }, () => world.data<{ me: { id: string } }>(me, {}, ada.token)),
		);
		assert.deepEqual(
			answers.map((answer) => answer.me.id),
			Array(5).fill(ada.id),
		);
		const renewals = world.calls.filter((call) => call.endsWith(tokens ? `/users/${ada.id}/tokens` : '/users/login'));
		// One at sign-up, one renewal for all five; where tokens are off, the administrator logged in as well.
		assert.equal(renewals.length, tokens ? 2 : 3);
	});
}

test('a user whose random Mattermost password was reset comes in with the new one', async () => {
	await using world = await startWorld({ emulator: { settings: { personalAccessTokens: false } } });
	const ada = await world.person('ada');
	await world.mattermost('PUT', `/users/${ada.id}/password`, { new_password: 'Set-anew-1!' });
	await world.mattermost('POST', `/users/${ada.id}/sessions/revoke/all`);
	assert.equal(codeOf(await world.graphql(me, {}, ada.token)), 'UNAUTHENTICATED');
	const login = await world.data<{ userGetToken: { token: string } }>(logIn, {
		username: 'ada',
		password: 'Set-anew-1!',
	});
	const answer = await world.data<{ me: { id: string } }>(me, {}, login.userGetToken.token);
	assert.equal(answer.me.id, ada.id);
});

test('a deactivated user is thrown out at once and can not come back until activated', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const listen = (token: string) =>
		subscribe({ url: world.socketUrl, token, query: onNewChatMessage, variables: { c: 'general' } });
	await using adas = listen(ada.token);
	await world.listening(1);
	await using bobs = listen(bob.token);
	await world.listening(2);
	await until('the stream is open', async () => (await metric(world.gateway, 'upstreams')) > 0);

	await world.mattermost('PUT', `/users/${bob.id}/active`, { active: false });
	assert.deepEqual(((await bobs.end()) as { code: number }).code, 4403);
	assert.equal(adas.waiting, 0);
	assert.equal(codeOf(await world.graphql(me, {}, bob.token)), 'UNAUTHENTICATED');
	const again = await world.data<{ userGetToken: { statusCode: number } }>(logIn, newcomer('bob'));
	assert.equal(again.userGetToken.statusCode, 404);
	await until('the token at Mattermost is revoked', async () => {
		const tokens = await world.mattermost<unknown[]>('GET', `/users/${bob.id}/tokens`);
		return tokens.length === 0;
	});

	await world.mattermost('PUT', `/users/${bob.id}/active`, { active: true });
	const back = await world.data<{ userGetToken: { statusCode: number; token: string } }>(logIn, newcomer('bob'));
	await world.data(me, {}, back.userGetToken.token);
});

test('logout ends the login’s tokens and sockets, and no other login', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const other = await world.data<{ userGetToken: { token: string } }>(logIn, newcomer('ada'));
	await using socket = subscribe({
		url: world.socketUrl,
		token: ada.token,
		query: onNewChatMessage,
		variables: { c: 'general' },
	});
	await world.listening(1);
	await world.data('mutation { logout { status } }', {}, ada.token);
	assert.equal(((await socket.end()) as { code: number }).code, 4403);
	assert.equal(codeOf(await world.graphql(me, {}, ada.token)), 'UNAUTHENTICATED');
	const refresh = 'mutation ($t: String) { refreshToken(token: $t) { token refreshToken } }';
	assert.equal(codeOf(await world.graphql(refresh, { t: ada.refreshToken })), 'UNAUTHENTICATED');
	await world.data(me, {}, other.userGetToken.token);
});

test('a logout that a node did not hear of ends its sockets all the same, a little later', async () => {
	await using world = await startWorld();
	// Without Redis the two do not hear of each other.
	const deaf = await world.another({ accounts: { scryptCost: 1024, sessionCheck: 50 } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const listen = (token: string) =>
		subscribe({ url: deaf.socketUrl, token, query: onNewChatMessage, variables: { c: 'general' } });
	await using adas = listen(ada.token);
	await using bobs = listen(bob.token);
	await world.listening(2, deaf.gateway);
	await world.data('mutation { logout { status } }', {}, ada.token);
	assert.equal(((await adas.end()) as { code: number }).code, 4403);
	assert.equal(bobs.waiting, 0);
});

test('the refresh token of a login gives the next pair, and its second use ends the login', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const refresh = 'mutation ($t: String) { refreshToken(token: $t) { token refreshToken payload refreshExpiresIn } }';
	const { refreshToken } = await world.data<{ refreshToken: { token: string } }>(refresh, { t: ada.refreshToken });
	await world.data(me, {}, refreshToken.token);
	assert.equal(codeOf(await world.graphql(refresh, { t: ada.refreshToken })), 'UNAUTHENTICATED');
	assert.equal(codeOf(await world.graphql(me, {}, refreshToken.token)), 'UNAUTHENTICATED');
});

test('a password is changed by who knows the old one, and other logins end', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const other = await world.data<{ userGetToken: { token: string } }>(logIn, newcomer('ada'));
	const change = 'mutation ($o: String!, $n: String!) { passwordChange(oldPassword: $o, newPassword: $n) { status } }';
	assert.equal(codeOf(await world.graphql(change, { o: 'wrong', n: 'An0ther-secret' }, ada.token)), 'FORBIDDEN');
	assert.equal(codeOf(await world.graphql(change, { o: password, n: 'short' }, ada.token)), 'BAD_USER_INPUT');
	await world.data(change, { o: password, n: 'An0ther-secret' }, ada.token);
	await world.data(me, {}, ada.token);
	assert.equal(codeOf(await world.graphql(me, {}, other.userGetToken.token)), 'UNAUTHENTICATED');
	const old = await world.data<{ userGetToken: { statusCode: number } }>(logIn, newcomer('ada'));
	assert.equal(old.userGetToken.statusCode, 404);
	await world.data(logIn, { username: 'ada', password: 'An0ther-secret' });
});

test('guessing is throttled: by account under whatever name, by address, and through aliases of one document', async () => {
	await using world = await startWorld({
		accounts: {
			failedLoginsPerAccount: { burst: 5, perMinute: 1 },
			failedLoginsPerAddress: { burst: 12, perMinute: 1 },
		},
	});
	await world.person('ada');
	await world.person('bob');
	const guess = (username: string) => `tokenAuth(username: "${username}", password: "guess") { token }`;
	const document = (names: string[]) => `mutation { ${names.map((name, i) => `a${i}: ${guess(name)}`).join(' ')} }`;
	const names = ['ada', 'ada@example.com', 'ADA', 'ada', ' ada', 'ada', 'ada'];
	const { errors = [] } = await world.graphql(document(names));
	assert.deepEqual(
		errors.map(({ extensions }) => extensions?.code),
		[...Array(5).fill('UNAUTHENTICATED'), ...Array(2).fill('TOO_MANY_REQUESTS')],
	);
	assert.equal(
		codeOf(await world.graphql(logIn, newcomer('ada'))),
		'TOO_MANY_REQUESTS',
		'the right password waits too',
	);
	await world.data(logIn, newcomer('bob'));
	const strangers = await world.graphql(document(['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8']));
	assert.equal(strangers.errors?.filter(({ extensions }) => extensions?.code === 'TOO_MANY_REQUESTS').length, 1);
});

test('sign-ups from one address are throttled', async () => {
	await using world = await startWorld({ accounts: { signUpsPerAddress: { burst: 2, perMinute: 1 } } });
	await world.data(signUp, newcomer('ada'));
	await world.data(signUp, newcomer('bob'));
	assert.equal(codeOf(await world.graphql(signUp, newcomer('eve'))), 'TOO_MANY_REQUESTS');
});

test('a secret that is not the one of the credentials ends the start, and says what to do', async () => {
	await using world = await startWorld();
	await world.person('ada');
	await assert.rejects(world.another({ secret: 'quite another secret' }), {
		name: 'GatewayStartError',
		message: /as a previous secret/,
	});
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

test('after the secret was rotated old tokens and old credentials still work, and are sealed anew', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const before = await accountDb(world.store).selectFrom('gateway_account').select('credential').executeTakeFirst();
	await using rotated = await world.another({ secret: 'a newer secret for tests', previousSecrets: [secret] });
	const after = await accountDb(world.store).selectFrom('gateway_account').select('credential').executeTakeFirst();
	assert.notEqual(after?.credential.split('.')[1], before?.credential.split('.')[1]);
	const answer = await fetch(`${rotated.origin}/graphql/`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', authorization: `JWT ${ada.token}` },
		body: JSON.stringify({ query: me }),
	});
	assert.equal(((await answer.json()) as { data: { me: { id: string } } }).data.me.id, ada.id);
});
