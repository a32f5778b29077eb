import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { createEmulator, type Emulator, type SettingsOptions } from '../index.ts';
import { Person } from '../testing/person.ts';
import { messageOf, Stream } from '../testing/stream.ts';

/** A channel with two users in it. */
async function world(settings: SettingsOptions = {}) {
	const emulator = await createEmulator({ settings });
	const channel = emulator.team('eng').channel('ops');
	return { emulator, channel, ada: channel.user('ada'), bob: channel.user('bob') };
}

/** Ends a stream as a network does, and waits for the server to notice: until then it can not be resumed. */
async function leave(stream: Stream, emulator: Emulator): Promise<void> {
	await stream.cut();
	await until('the server has noticed', () => emulator.connected === 0);
}

test('a client that comes back in time gets what it missed, with its numbers and without hello', async () => {
	// Nobody is told offline while the test is away.
	const { emulator, channel, ada, bob } = await world({ hub: { offline: 60_000 } });
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	await first.event('status_change');
	await channel.post('seen', { by: bob });
	const { seq = 0 } = await first.event('posted');
	await leave(first, emulator);
	for (let n = 0; n < 150; n++) await channel.post(`missed ${n}`, { by: bob });
	await using again = new Stream(emulator.url, { token: ada.token, resume: { id, from: seq + 1 } });
	for (let n = 0; n < 150; n++) {
		const frame = await again.next();
		assert.equal(messageOf(frame), `missed ${n}`);
		assert.equal(frame?.seq, seq + 1 + n);
	}
});

test('frames that were written but did not arrive come again, up to 128', async () => {
	// Nobody is told offline while the test is away: that would be one frame more.
	const { emulator, channel, ada, bob } = await world({ hub: { offline: 60_000 } });
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	// It may come late, and would be one frame more.
	await first.event('status_change');
	for (let n = 0; n < 140; n++) await channel.post(`post ${n}`, { by: bob });
	const { before } = await first.ping(1);
	const last = before.at(-1)?.seq ?? 0;
	await leave(first, emulator);
	await using near = new Stream(emulator.url, { token: ada.token, resume: { id, from: last - 127 } });
	assert.equal((await near.next())?.seq, last - 127);
	await leave(near, emulator);
	await using far = new Stream(emulator.url, { token: ada.token, resume: { id, from: last - 128 } });
	assert.equal((await far.next())?.event, 'hello');
});

test('a connection that missed more than 256 events begins anew', async () => {
	const { emulator, channel, ada, bob } = await world();
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	const { before } = await first.ping(1);
	await leave(first, emulator);
	for (let n = 0; n < 260; n++) await channel.post(`post ${n}`, { by: bob });
	const from = (before.at(-1)?.seq ?? 0) + 1;
	await using again = new Stream(emulator.url, { token: ada.token, resume: { id, from } });
	assert.notEqual(await again.hello(), id);
});

test('a connection can not be resumed after five minutes away', async () => {
	const { emulator, ada } = await world();
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	const { before } = await first.ping(1);
	const from = (before.at(-1)?.seq ?? 0) + 1;
	await leave(first, emulator);
	emulator.clock.advance(301_000);
	await using again = new Stream(emulator.url, { token: ada.token, resume: { id, from } });
	assert.notEqual(await again.hello(), id);
});

test('a request of the session keeps a listener resumable', async () => {
	const { emulator, ada } = await world();
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	const { before } = await first.ping(1);
	emulator.clock.advance(290_000);
	await fetch(`${emulator.url}/api/v4/users/me`, { headers: { authorization: `Bearer ${ada.token}` } });
	await leave(first, emulator);
	emulator.clock.advance(290_000);
	const from = (before.at(-1)?.seq ?? 0) + 1;
	await using again = new Stream(emulator.url, { token: ada.token, resume: { id, from } });
	await again.opened();
	const { before: replayed } = await again.ping(1);
	assert.ok(!replayed.some(({ event }) => event === 'hello'));
});

test('a slow client misses typing from 128 waiting events on, and nothing else', async () => {
	const { emulator, channel, ada, bob } = await world();
	await using _ = emulator;
	await using slow = new Stream(emulator.url, { token: ada.token });
	await slow.hello();
	await using typist = new Stream(emulator.url, { token: bob.token });
	await typist.hello();
	const type = () => typist.send({ seq: 1, action: 'user_typing', data: { channel_id: channel.id } });
	slow.socket.pause();
	// The system takes some megabytes before anything waits in the emulator, and may take a few events more at any time.
	while (emulator.waiting < 200) await channel.post('x'.repeat(16_000), { by: bob });
	type();
	await typist.ping(2);
	await channel.post('the last', { by: bob });
	slow.socket.resume();
	const heard: string[] = [];
	for (let frame = await slow.next(); frame; frame = await slow.next()) {
		heard.push(frame.event ?? '');
		if (frame.event === 'posted' && messageOf(frame) === 'the last') break;
	}
	assert.ok(heard.length > 200);
	assert.ok(!heard.includes('typing'));
	type();
	await slow.event('typing');
});

test('a client for whom 256 events wait is closed at the next', async () => {
	const { emulator, channel, ada, bob } = await world();
	await using _ = emulator;
	await using slow = new Stream(emulator.url, { token: ada.token });
	await slow.hello();
	slow.socket.pause();
	let most = 0;
	for (let n = 0; n < 5000 && emulator.connected > 0; n++) {
		most = Math.max(most, emulator.waiting);
		await channel.post('x'.repeat(16_000), { by: bob });
	}
	assert.equal(most, 256);
	slow.socket.resume();
	await slow.closed();
});

test('a socket without authentication is closed after the time allowed', async () => {
	const { emulator } = await world({ hub: { authentication: 30 } });
	await using _ = emulator;
	await using silent = new Stream(emulator.url);
	await silent.closed();
	await using wrong = new Stream(emulator.url, { token: 'made-up' });
	await wrong.closed();
});

test('a challenge opens a new connection, a bad one closes the socket at once', async () => {
	const { emulator, ada } = await world();
	await using _ = emulator;
	await using good = new Stream(emulator.url);
	await good.opened();
	good.send({ seq: 1, action: 'authentication_challenge', data: { token: ada.token } });
	await good.hello();
	assert.deepEqual(await good.next(), { status: 'OK', seq_reply: 1 });
	await using bad = new Stream(emulator.url);
	await bad.opened();
	bad.send({ seq: 1, action: 'authentication_challenge', data: { token: 'made-up' } });
	await bad.closed();
});

test('a frame over 8,192 bytes, and one that is not JSON, close the socket', async () => {
	const { emulator, ada } = await world();
	await using _ = emulator;
	for (const text of [JSON.stringify({ seq: 1, action: 'ping', data: { x: 'y'.repeat(8_200) } }), 'not json']) {
		await using stream = new Stream(emulator.url, { token: ada.token });
		await stream.hello();
		stream.socket.send(text);
		await stream.closed();
	}
});

test('the server pings, and drops who does not answer', async () => {
	const { emulator, ada } = await world({ hub: { ping: 10, deadline: 1_000 } });
	await using _ = emulator;
	await using stream = new Stream(emulator.url, { token: ada.token });
	await stream.hello();
	await new Promise((resolve) => stream.socket.once('ping', resolve));
	// A paused socket reads no ping, so it gives no pong.
	stream.socket.pause();
	await until('the server gives up', () => emulator.connected === 0);
});

test('after its token is revoked a socket stays open and silent: only a ping tells', async () => {
	const { emulator, channel } = await world();
	await using _ = emulator;
	const bot = channel.bot('helper');
	await using stream = new Stream(emulator.url, { token: bot.token });
	await stream.hello();
	const tokens = await fetch(`${emulator.url}/api/v4/users/${bot.id}/tokens`, {
		headers: { authorization: `Bearer ${emulator.admin.token}` },
	});
	const [token] = (await tokens.json()) as { id: string }[];
	await fetch(`${emulator.url}/api/v4/users/tokens/revoke`, {
		method: 'POST',
		headers: { authorization: `Bearer ${emulator.admin.token}` },
		body: JSON.stringify({ token_id: token?.id }),
	});
	await channel.post('who hears this?');
	const { before, reply } = await stream.ping(1);
	assert.ok(!before.some(({ event }) => event === 'posted'));
	assert.equal(reply.error?.id, 'api.web_socket_router.not_authenticated.app_error');
});

test('a user is online while connected, and offline soon after', async () => {
	const { emulator, ada, bob } = await world();
	await using _ = emulator;
	const statusOf = async () => {
		const headers = { authorization: `Bearer ${bob.token}` };
		const response = await fetch(`${emulator.url}/api/v4/users/${ada.id}/status`, { headers });
		return ((await response.json()) as { status: string }).status;
	};
	assert.equal(await statusOf(), 'offline');
	await using stream = new Stream(emulator.url, { token: ada.token });
	await stream.event('status_change');
	assert.equal(await statusOf(), 'online');
	await stream.cut();
	await until('she is offline', async () => (await statusOf()) === 'offline');
});

test('a connection whose user was deactivated stays silent when the user is active again', async () => {
	const { emulator, channel, bob } = await world();
	await using _ = emulator;
	const robot = channel.bot('robot');
	await using stream = new Stream(emulator.url, { token: robot.token });
	await stream.hello();
	const person = (token: string) => new Person(emulator.url, { id: '', username: '', token });
	const admin = person(emulator.admin.token);
	for (const active of [false, true]) await admin.put(`/users/${robot.id}/active`, { active });
	await channel.post('unheard', { by: bob });
	assert.equal((await person(robot.token).get('/users/me')).status, 200);
	const { before, reply } = await stream.ping(1);
	assert.equal(reply.error?.id, 'api.web_socket_router.not_authenticated.app_error');
	assert.deepEqual(
		before.map(({ event }) => event).filter((event) => event === 'posted'),
		[],
	);
});
