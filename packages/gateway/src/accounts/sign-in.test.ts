import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, password, startWorld } from '../testing/gateway-world.ts';
import { codeOf, mattermostUser, newcomer } from '../testing/newcomers.ts';
import { accountDb } from './tables.ts';

const me = '{ me { id username email isStaff } }';

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

test('each login of a Mattermost user ends the session of the one before, and no token of theirs', async () => {
	await using world = await startWorld();
	const { id } = await mattermostUser(world, 'grace', 'Mattermost-1!');
	const { token } = await world.mattermost<{ token: string }>('POST', `/users/${id}/tokens`, { description: 'mine' });
	const grace = { username: 'grace', password: 'Mattermost-1!' };
	const logInWith = async (secretWord: string) => {
		const login = await world.data<{ userGetToken: { token: string } }>(logIn, { ...grace, password: secretWord });
		await world.data(me, {}, login.userGetToken.token);
		return login.userGetToken.token;
	};
	const sessions = async () =>
		(await world.mattermost<{ props: { type?: string } }[]>('GET', `/users/${id}/sessions`)).filter(
			({ props }) => props.type !== 'UserAccessToken',
		).length;
	const first = await logInWith('Mattermost-1!');
	await logInWith('Mattermost-1!');
	assert.equal(await sessions(), 1);
	await world.data(me, {}, first);
	await logInWith(token);
	assert.equal(await sessions(), 0);
	await logInWith('Mattermost-1!');
	await logInWith(token);
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

test('guesses at a Mattermost user who has no account here count as one account’s, by name and by address', async () => {
	await using world = await startWorld({ accounts: { failedLoginsPerAccount: { burst: 4, perMinute: 1 } } });
	await mattermostUser(world, 'grace', 'Mattermost-1!');
	const codes: unknown[] = [];
	for (const username of ['grace', 'grace@example.com', 'GRACE', 'Grace@Example.com', 'grace', 'grace@example.com']) {
		const { data } = await world.graphql<{ userGetToken: { statusCode: number } }>(logIn, {
			username,
			password: 'guess',
		});
		codes.push(data?.userGetToken?.statusCode);
	}
	assert.deepEqual(codes, [404, 404, 404, 404, undefined, undefined]);
	const right = { username: 'grace', password: 'Mattermost-1!' };
	assert.equal(codeOf(await world.graphql(logIn, right)), 'TOO_MANY_REQUESTS');
});

test('a name that somebody gave up at Mattermost lets in whoever has it now, and both keep their own accounts', async () => {
	await using world = await startWorld({ accounts: { failedLoginsPerAccount: { burst: 3, perMinute: 1 } } });
	const ada = await world.person('ada');
	await world.mattermost('PUT', `/users/${ada.id}/patch`, { username: 'lovelace', email: 'lovelace@example.com' });
	const { id } = await mattermostUser(world, 'ada', 'Mattermost-1!');
	const login = async (username: string, secretWord: string) => {
		const { userGetToken } = await world.data<{
			userGetToken: { statusCode: number; token: string; metadata: { id: string } | null };
		}>(logIn, { username, password: secretWord });
		return userGetToken;
	};
	// Until somebody else came, the old name was as good as the new one.
	assert.equal((await login('ada', password)).metadata?.id, ada.id);
	assert.equal((await login('ada', 'Mattermost-1!')).metadata?.id, id);
	assert.equal((await login('ada@example.com', 'Mattermost-1!')).metadata?.id, id);
	assert.equal((await login('ada', password)).statusCode, 404);
	const back = await login('lovelace@example.com', password);
	assert.equal(back.metadata?.id, ada.id);
	assert.equal((await login('lovelace', password)).metadata?.id, ada.id);
	assert.deepEqual(await world.data('{ me { username } }', {}, ada.token), { me: { username: 'lovelace' } });
	const change = 'mutation ($o: String!, $n: String!) { passwordChange(oldPassword: $o, newPassword: $n) { status } }';
	await world.data(change, { o: password, n: 'An0ther-secret' }, back.token);
	assert.equal((await login('lovelace', 'An0ther-secret')).metadata?.id, ada.id);
});

test('while Mattermost is away who has an account comes in, and guesses at it count', async () => {
	await using world = await startWorld({ accounts: { failedLoginsPerAccount: { burst: 3, perMinute: 1 } } });
	await world.person('ada');
	world.fail((call) => call.includes('/users/'));
	await world.data(logIn, newcomer('ada'));
	for (let i = 0; i < 3; i++) await world.graphql(logIn, { username: 'ada', password: 'guess' });
	assert.equal(codeOf(await world.graphql(logIn, newcomer('ada'))), 'TOO_MANY_REQUESTS');
});
