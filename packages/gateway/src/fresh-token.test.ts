// The npm clients of both protocols over the end of their token, as docs/gateway-protocols.md tells them to send the next one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '@matterkit/testing';
import { createClient } from 'graphql-ws';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import WebSocket from 'ws';
import { logIn, password, startWorld, type World } from './testing/gateway-world.ts';
import { RawSocket } from './testing/raw-socket.ts';

interface Event {
	readonly data?: { readonly onNewChatMessage: { readonly message: { readonly message: string } } } | null;
}

const query = 'subscription { onNewChatMessage(channelIdentifier: "general") { message { message } } }';
/** Tokens end on whole seconds: 6 to 7 s, and the warning comes 5 s before. */
const soonOver = { accounts: { accessLifetime: 7_000 }, limits: { expiryWarning: 5_000 } };
const expiryOf = (token: string): number =>
	JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).exp * 1_000;

/** A pair of tokens, and the next ones. */
async function login(world: World) {
	const ada = await world.person('ada');
	const channelId = await world.channel(ada.token, 'general');
	let { token, refreshToken } = ada;
	return {
		first: ada.token,
		get token() {
			return token;
		},
		async refresh() {
			const { refreshToken: next } = await world.data<{ refreshToken: { token: string; refreshToken: string } }>(
				'mutation ($t: String) { refreshToken(refreshToken: $t) { token refreshToken } }',
				{ t: refreshToken },
			);
			({ token, refreshToken } = next);
			return token;
		},
		post: (message: string) => world.mattermost('POST', '/posts', { channel_id: channelId, message }),
	};
}

/** Posts from before the first token ends until after the second one would have, and looks that all are heard, once and in order. */
async function hearsAllBeyond(first: string, post: (text: string) => Promise<unknown>, heard: readonly string[]) {
	const posted: string[] = [];
	await until('the token’s end is over', async () => {
		const text = `m${posted.length}`;
		posted.push(text);
		await post(text);
		return Date.now() > expiryOf(first) + 2_000;
	});
	await until('the last is heard', () => heard.includes(posted.at(-1) ?? ''));
	assert.deepEqual(heard, posted);
}

// Side by side, for they mostly wait.
describe('over the end of a token', { concurrency: true }, () => {
	test('the npm client graphql-ws is warned, sends fresh tokens, and its subscription misses nothing', async () => {
		await using world = await startWorld(soonOver);
		const ada = await login(world);
		const heard: string[] = [];
		const closes: unknown[] = [];
		let socket: { send(text: string): void } | undefined;
		let warnings = 0;
		const client = createClient({
			url: world.socketUrl,
			webSocketImpl: WebSocket,
			retryAttempts: 0,
			connectionParams: () => ({ Authorization: `JWT ${ada.token}` }),
			on: {
				opened: (opened) => {
					socket = opened as WebSocket;
				},
				closed: (event) => closes.push(event),
				ping: (received, payload) => {
					if (!received || payload?.token !== 'expires') return;
					warnings++;
					void ada.refresh().then((token) => {
						socket?.send(JSON.stringify({ type: 'ping', payload: { Authorization: `JWT ${token}` } }));
					});
				},
			},
		});
		client.subscribe<Event['data']>(
			{ query },
			{
				next: ({ data }) => heard.push(data?.onNewChatMessage.message.message ?? ''),
				error: (error) => heard.push(`error: ${JSON.stringify(error)}`),
				complete: () => {},
			},
		);
		await world.listening(1);
		await hearsAllBeyond(ada.first, ada.post, heard);
		assert.deepEqual(closes, []);
		assert.ok(warnings >= 2, 'of the fresh token it is warned as well');
		await client.dispose();
	});

	test('the npm client subscriptions-transport-ws sends a fresh token, and its subscription misses nothing', async () => {
		await using world = await startWorld(soonOver);
		const ada = await login(world);
		const heard: string[] = [];
		const client = new SubscriptionClient(
			world.socketUrl,
			{ connectionParams: () => ({ Authorization: `JWT ${ada.token}` }), reconnect: false },
			WebSocket,
		);
		let disconnected = 0;
		client.onDisconnected(() => disconnected++);
		client.request({ query }).subscribe({
			next: (result) => heard.push((result as Event).data?.onNewChatMessage.message.message ?? ''),
			error: (error) => heard.push(`error: ${error}`),
		});
		await world.listening(1);
		// It shows its user no keep-alives, so its user goes by the clock.
		const renew = async () =>
			client.client.send(
				JSON.stringify({ type: 'connection_init', payload: { Authorization: `JWT ${await ada.refresh()}` } }),
			);
		let next = expiryOf(ada.token) - 5_000;
		await hearsAllBeyond(
			ada.first,
			async (text) => {
				if (Date.now() > next) {
					await renew();
					next = expiryOf(ada.token) - 5_000;
				}
				await ada.post(text);
			},
			heard,
		);
		assert.equal(disconnected, 0);
		client.close();
	});

	test('who sends no fresh token is closed with 4403 at its end; the npm client graphql-ws comes back with the next', async () => {
		await using world = await startWorld(soonOver);
		const ada = await login(world);
		const heard: string[] = [];
		const closes: { code: number; reason: string }[] = [];
		const client = createClient({
			url: world.socketUrl,
			webSocketImpl: WebSocket,
			retryWait: async () => {},
			connectionParams: async () => ({ Authorization: `JWT ${closes.length > 0 ? await ada.refresh() : ada.token}` }),
			on: { closed: (event) => closes.push(event as WebSocket.CloseEvent) },
		});
		client.subscribe<Event['data']>(
			{ query },
			{ next: ({ data }) => heard.push(data?.onNewChatMessage.message.message ?? ''), error() {}, complete() {} },
		);
		await world.listening(1);
		await until('the token has ended', () => closes.length > 0);
		const { code, reason } = closes[0] ?? {};
		assert.deepEqual({ code, reason }, { code: 4403, reason: 'the token has expired' });
		await world.listening(1);
		await ada.post('again');
		await until('it hears again', () => heard.includes('again'));
		await client.dispose();
	});

	test('a socket that goes on with the token of another login ends with that one, not with the first', async () => {
		await using world = await startWorld();
		const ada = await login(world);
		const { userGetToken } = await world.data<{ userGetToken: { token: string } }>(logIn, {
			username: 'ada',
			password,
		});
		await using socket = await RawSocket.open(world.socketUrl, 'graphql-transport-ws');
		socket.send({ type: 'connection_init', payload: { Authorization: `JWT ${ada.first}` } });
		assert.deepEqual(await socket.next(), { type: 'connection_ack' });
		socket.send({ type: 'subscribe', id: 'a', payload: { query } });
		await world.listening(1);
		socket.send({ type: 'pong', payload: { Authorization: `JWT ${userGetToken.token}` } });
		const { payload } = (await socket.next()) as { payload: unknown };
		assert.deepEqual(payload, { token: 'renewed', expiresAt: expiryOf(userGetToken.token) });
		const logOut = 'mutation { logout { status } }';
		await world.data(logOut, {}, ada.first);
		await ada.post('still here');
		assert.match(JSON.stringify(await socket.next()), /still here/);
		await world.data(logOut, {}, userGetToken.token);
		assert.equal((await socket.closed).code, 4403);
	});
});
