import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { createEmulator, type Fault } from '../index.ts';
import { messageOf, Stream } from '../testing/stream.ts';

async function world(options: { faults?: boolean } = {}) {
	const emulator = await createEmulator(options);
	const channel = emulator.team('eng').channel('ops');
	const ada = channel.user('ada');
	const bob = channel.user('bob');
	const post = (message: string, more: object = {}, token = ada.token) =>
		fetch(`${emulator.url}/api/v4/posts`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}` },
			body: JSON.stringify({ channel_id: channel.id, message, ...more }),
		});
	const messages = () => channel.posts().map(({ message }) => message);
	return { emulator, channel, ada, bob, post, messages };
}

test('a status is answered instead of acting, as often as asked', async () => {
	const { emulator, post, messages } = await world();
	await using _ = emulator;
	const fault = emulator.faults.add({ fault: 'status', status: 503, route: 'POST /api/v4/posts', times: 1 });
	const refused = await post('first');
	assert.equal(refused.status, 503);
	assert.equal(refused.headers.get('content-type'), 'text/html');
	assert.equal((await post('second')).status, 201);
	assert.deepEqual(messages(), ['second']);
	assert.equal(fault.hits, 1);
});

test('an answer is dropped after the server has acted', async () => {
	const { emulator, post, messages } = await world();
	await using _ = emulator;
	emulator.faults.add({ fault: 'drop_answer', route: '/api/v4/posts', times: 1 });
	await assert.rejects(post('first', { pending_post_id: 'key' }));
	assert.deepEqual(messages(), ['first']);
	assert.equal((await post('first', { pending_post_id: 'key' })).status, 201);
	assert.deepEqual(messages(), ['first']);
});

test('a connection is refused before the server has acted', async () => {
	const { emulator, post, messages } = await world();
	await using _ = emulator;
	emulator.faults.add({ fault: 'refuse', times: 1 });
	await assert.rejects(post('first'));
	assert.deepEqual(messages(), []);
});

test('a body is cut in the middle', async () => {
	const { emulator, ada } = await world();
	await using _ = emulator;
	emulator.faults.add({ fault: 'cut_body' });
	const response = await fetch(`${emulator.url}/api/v4/users/me`, {
		headers: { authorization: `Bearer ${ada.token}` },
	});
	assert.equal(response.status, 200);
	await assert.rejects(response.text());
});

test('an answer comes late, and its body slowly', async () => {
	const { emulator, ada } = await world();
	await using _ = emulator;
	emulator.faults.add({ fault: 'latency', milliseconds: 40 });
	emulator.faults.add({ fault: 'slow_body', bytes_per_second: 10_000 });
	const start = performance.now();
	const response = await fetch(`${emulator.url}/api/v4/users/me`, {
		headers: { authorization: `Bearer ${ada.token}` },
	});
	assert.ok(performance.now() - start >= 39);
	const { length } = await response.text();
	assert.ok(performance.now() - start >= 39 + (length / 10_000) * 900);
});

test('a fault that is taken away strikes no more', async () => {
	const { emulator, post } = await world();
	await using _ = emulator;
	const fault = emulator.faults.add({ fault: 'status', status: 500 });
	assert.equal((await post('x')).status, 500);
	fault.remove();
	assert.equal((await post('x')).status, 201);
});

test('an event is lost with its number, for one user', async () => {
	const { emulator, channel, ada, bob } = await world();
	await using _ = emulator;
	await using hers = new Stream(emulator.url, { token: ada.token });
	await using his = new Stream(emulator.url, { token: bob.token });
	await hers.event('status_change');
	await his.event('status_change');
	emulator.faults.add({ fault: 'event_gap', events: 1, user: 'ada' });
	await channel.post('lost');
	await channel.post('heard');
	const heard = await hers.event('posted');
	assert.equal(messageOf(heard), 'heard');
	assert.equal(heard.seq, 3);
	assert.equal(messageOf(await his.event('posted')), 'lost');
});

test('a client can not have back an event that was lost', async () => {
	const { emulator, channel, ada } = await world();
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	await first.event('status_change');
	emulator.faults.add({ fault: 'event_gap' });
	await channel.post('lost');
	await channel.post('heard');
	await first.event('posted');
	await first.cut();
	await until('the server has noticed', () => emulator.connected === 0);
	await using again = new Stream(emulator.url, { token: ada.token, resume: { id, from: 2 } });
	assert.notEqual(await again.hello(), id);
});

test('a half-open socket is silent, and its connection can not be resumed while the server believes in it', async () => {
	const { emulator, channel, ada } = await world();
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	await first.event('status_change');
	emulator.halfOpenSockets('ada');
	await channel.post('into the void');
	await using again = new Stream(emulator.url, { token: ada.token, resume: { id, from: 2 } });
	assert.notEqual(await again.hello(), id);
	assert.equal(first.socket.readyState, first.socket.OPEN);
});

test('sockets are dropped, and their clients come back for what they missed', async () => {
	const { emulator, channel, ada } = await world();
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	await first.event('status_change');
	emulator.dropSockets();
	await first.closed();
	await until('the server has noticed', () => emulator.connected === 0);
	await channel.post('missed');
	await using again = new Stream(emulator.url, { token: ada.token, resume: { id, from: 2 } });
	assert.equal(messageOf(await again.event('posted')), 'missed');
});

test('a restart keeps the world and forgets event streams and pending posts', async () => {
	const { emulator, ada, post, messages } = await world();
	await using _ = emulator;
	await using first = new Stream(emulator.url, { token: ada.token });
	const id = await first.hello();
	await post('once', { pending_post_id: 'key' });
	await emulator.restart();
	await first.closed();
	await post('once', { pending_post_id: 'key' });
	assert.deepEqual(messages(), ['once', 'once']);
	await using again = new Stream(emulator.url, { token: ada.token, resume: { id, from: 1 } });
	assert.notEqual(await again.hello(), id);
});

test('while the server is down nobody can connect', async () => {
	const { emulator, post } = await world();
	await using _ = emulator;
	const up = emulator.restart({ downFor: 1_000 });
	await assert.rejects(post('x'));
	await up;
	assert.equal((await post('x')).status, 201);
});

test('with several writers posts are told out of the order of their creation, one writer in its own', async () => {
	const { emulator, channel, ada, bob } = await world();
	await using _ = emulator;
	await using stream = new Stream(emulator.url, { token: emulator.user('eve', { admin: true }).token });
	await stream.hello();
	channel.user('eve');
	emulator.faults.add({ fault: 'reorder', milliseconds: 300 });
	const writers = [ada, bob, channel.user('cyd'), channel.user('dan')];
	for (let n = 0; n < 10; n++) for (const by of writers) void channel.post(String(n), { by });
	const told: { create_at: number; user_id: string; message: string }[] = [];
	while (told.length < 40) told.push(JSON.parse(String((await stream.event('posted')).data?.post)));
	const plain = told.filter(({ message }) => /^\d+$/.test(message));
	assert.ok(plain.some((post, at) => at > 0 && post.create_at <= (plain[at - 1]?.create_at ?? 0)));
	for (const { id } of writers) {
		const own = plain.filter(({ user_id }) => user_id === id).map(({ message }) => Number(message));
		assert.deepEqual(
			own,
			own.toSorted((a, b) => a - b),
		);
	}
});

test('at a given speed so many posts a second are stored', async () => {
	const { emulator, channel } = await world();
	await using _ = emulator;
	emulator.faults.add({ fault: 'speed', posts_per_second: 200 });
	const start = performance.now();
	await Promise.all(Array.from({ length: 21 }, () => channel.post('x')));
	assert.ok(performance.now() - start >= 95);
});

test('faults are turned on from outside only where that is allowed', async () => {
	const { emulator } = await world();
	await using _ = emulator;
	const response = await fetch(`${emulator.url}/_emulator/faults`, { method: 'POST', body: '{"fault":"latency"}' });
	assert.equal(response.status, 404);
});

test('faults are turned on, listed and ended from outside', async () => {
	const { emulator, post } = await world({ faults: true });
	await using _ = emulator;
	const url = `${emulator.url}/_emulator/faults`;
	const fault = { fault: 'status', status: 502, route: 'POST /api/v4/posts' };
	const made = await fetch(url, { method: 'POST', body: JSON.stringify(fault) });
	assert.equal(made.status, 201);
	const { id } = (await made.json()) as { id: string };
	assert.equal((await post('x')).status, 502);
	assert.deepEqual(await (await fetch(url)).json(), [{ id, ...fault, hits: 1 }]);
	await fetch(`${url}/${id}`, { method: 'DELETE' });
	assert.equal((await post('x')).status, 201);
});

test('incidents happen from outside: the clock is moved, the server restarts', async () => {
	const { emulator, ada } = await world({ faults: true });
	await using _ = emulator;
	await using stream = new Stream(emulator.url, { token: ada.token });
	await stream.hello();
	const happen = (incident: object) =>
		fetch(`${emulator.url}/_emulator/faults`, { method: 'POST', body: JSON.stringify(incident) });
	await happen({ fault: 'clock', advance: 3_600_000 });
	assert.ok(emulator.clock.now() - Date.now() > 3_599_000);
	await happen({ fault: 'restart' });
	await stream.closed();
});

const bad: readonly [fault: object, message: string | RegExp][] = [
	[{ fault: 'earthquake' }, /^unknown fault "earthquake": known are latency, status, /],
	[{}, /^unknown fault undefined/],
	[{ fault: 'latency' }, 'fault latency: milliseconds should be a number, but is undefined'],
	[{ fault: 'status', status: 500, sometimes: true }, /^fault status: sometimes is unknown, known are status, body/],
	[{ fault: 'speed', posts_per_second: -1 }, 'fault speed: posts_per_second should be a number, but is -1'],
];

for (const [fault, message] of bad) {
	test(`${JSON.stringify(fault)} is refused with what is wrong about it`, async () => {
		const { emulator } = await world({ faults: true });
		await using _ = emulator;
		assert.throws(() => emulator.faults.add(fault as Fault), { name: 'EmulatorError', message });
		const response = await fetch(`${emulator.url}/_emulator/faults`, { method: 'POST', body: JSON.stringify(fault) });
		assert.equal(response.status, 400);
		assert.equal(((await response.json()) as { id: string }).id, 'emulator.bad_fault');
	});
}
