import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { logIn, metric, password, secret, startWorld } from '../testing/gateway-world.ts';
import { codeOf, newcomer } from '../testing/newcomers.ts';
import { subscribe } from '../testing/subscriber.ts';
import { accountDb } from './tables.ts';

const me = '{ me { id username email isStaff } }';
const onNewChatMessage =
	'subscription ($c: String!) { onNewChatMessage(channelIdentifier: $c) { message { message } } }';

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
		const route = tokens ? `/users/${ada.id}/tokens` : '/users/login';
		const renewals = world.calls.filter((call) => call === `POST /api/v4${route}`);
		// One at sign-up, one renewal for all five; where tokens are off, the administrator logged in as well.
		assert.equal(renewals.length, tokens ? 2 : 3);
	});
}

for (const tokens of [true, false]) {
	test(`two nodes that renew one way into Mattermost at once leave nothing spare there, where access tokens are ${tokens ? 'on' : 'off'}`, async () => {
		await using world = await startWorld({ emulator: { settings: { personalAccessTokens: tokens } } });
		await using other = await world.another();
		const ada = await world.person('ada');
		const ask = async ({ origin }: { origin: string }) => {
			const answer = await fetch(`${origin}/graphql/`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', authorization: `JWT ${ada.token}` },
				body: JSON.stringify({ query: me }),
			});
			const { data } = (await answer.json()) as { data: { me: { id: string } } };
			assert.equal(data.me.id, ada.id);
		};
		const both = () => Promise.all([ask(world), ask(other)]);
		await both();
		const left = async () =>
			tokens
				? (await world.mattermost<object[]>('GET', `/users/${ada.id}/tokens`)).length
				: (await world.mattermost<object[]>('GET', `/users/${ada.id}/sessions`)).length;
		if (tokens) {
			const [own] = await world.mattermost<{ id: string }[]>('GET', `/users/${ada.id}/tokens`);
			await world.mattermost('POST', '/users/tokens/revoke', { token_id: own?.id });
		} else await world.mattermost('POST', `/users/${ada.id}/sessions/revoke/all`);
		const route = tokens ? 'POST /api/v4/users/{user_id}/tokens' : 'POST /api/v4/users/login';
		const before = world.calls.length;
		// Long enough for both to have begun before one has ended.
		const slow = world.emulator.faults.add({ fault: 'latency', milliseconds: 300, route });
		await both();
		slow.remove();
		const renewals = world.calls.slice(before).filter((call) => /POST .*\/(tokens|login)$/.test(call));
		assert.equal(renewals.length, 2, 'both renewed');
		assert.equal(await left(), 1);
		await both();
		assert.equal(await left(), 1);
	});
}

test('a token of which a proxy lost Mattermost’s answer at a renewal is revoked by the next one, the user’s own are not', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const path = `/users/${ada.id}/tokens`;
	const tokens = () => world.mattermost<{ id: string; description: string }[]>('GET', path);
	const [first] = await tokens();
	await world.mattermost('POST', path, { description: 'my own script' });
	await world.mattermost('POST', '/users/tokens/revoke', { token_id: first?.id });
	let times = 0;
	world.lose((call) => call === `POST /api/v4${path}` && ++times === 1);
	assert.equal(codeOf(await world.graphql(me, {}, ada.token)), 'UNAVAILABLE');
	const [, lost] = await tokens();
	assert.equal(lost?.description, 'matterkit gateway');
	await world.data(me, {}, ada.token);
	const left = await tokens();
	assert.deepEqual(left.map(({ description }) => description).sort(), ['matterkit gateway', 'my own script']);
	assert.ok(!left.some(({ id }) => id === lost.id));
	await world.data(me, {}, ada.token);
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

test('a secret that is not the one of the credentials ends the start, and says what to do', async () => {
	await using world = await startWorld();
	await world.person('ada');
	await assert.rejects(world.another({ secret: 'quite another secret' }), {
		name: 'GatewayStartError',
		message: /as a previous secret/,
	});
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
