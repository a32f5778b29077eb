import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createEmulator, type SettingsOptions } from './index.ts';
import { Person } from './testing/person.ts';

async function world(settings: SettingsOptions = {}) {
	const emulator = await createEmulator({ settings });
	const channel = emulator.team('eng').channel('ops');
	const person = (name: string) => new Person(emulator.url, channel.user(name));
	const messages = () => channel.posts().map(({ message }) => message);
	return { emulator, channel, person, messages };
}

test('a repeat within 30 seconds answers with the first post, whatever it says, and makes none', async () => {
	const { emulator, channel, person, messages } = await world();
	await using _ = emulator;
	const ada = person('ada');
	const post = (message: string) => ada.post('/posts', { channel_id: channel.id, message, pending_post_id: 'key' });
	const first = await post('first');
	emulator.clock.advance(29_000);
	const second = await post('second');
	assert.deepEqual([second.status, second.body.id], [201, first.body.id]);
	// The repeat did not make the time longer.
	emulator.clock.advance(1_001);
	const third = await post('third');
	assert.notEqual(third.body.id, first.body.id);
	assert.deepEqual(messages(), ['first', 'third']);
});

test('of twenty at once one is made and the others are told to wait', async () => {
	// The requests are held until all have come: how fast the machine is must not decide what is at once.
	const held: (() => void)[] = [];
	const server = createServer((request, response) => {
		if (held.push(() => void emulator.handle(request, response)) === 20) for (const act of held) act();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const siteUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	await using emulator = await createEmulator({ listen: false, siteUrl, settings: { postTakes: 100 } });
	const channel = emulator.team('eng').channel('ops');
	const ada = new Person(siteUrl, channel.user('ada'));
	const post = { channel_id: channel.id, message: 'x', pending_post_id: 'key' };
	const answers = await Promise.all(Array.from({ length: 20 }, () => ada.post('/posts', post)));
	const ids = answers.filter(({ status }) => status === 500).map(({ body }) => body.id);
	assert.equal(answers.filter(({ status }) => status === 201).length, 1);
	assert.deepEqual(new Set(ids), new Set(['api.post.deduplicate_create_post.pending']));
	assert.equal(channel.posts().length, 1);
	server.closeAllConnections();
	server.close();
});

test('the key counts for all users: who may read the post gets it, who may not gets one of their own', async () => {
	const { emulator, channel, person } = await world();
	await using _ = emulator;
	const eve = emulator.team('eng').user('eve');
	const own = emulator.direct(eve, eve);
	const first = await person('ada').post('/posts', { channel_id: channel.id, message: 'a', pending_post_id: 'key' });
	const second = await person('bob').post('/posts', { channel_id: channel.id, message: 'b', pending_post_id: 'key' });
	assert.equal(second.body.id, first.body.id);
	const post = { channel_id: own.id, message: 'c', pending_post_id: 'key' };
	const third = await new Person(emulator.url, eve).post('/posts', post);
	assert.notEqual(third.body.id, first.body.id);
});

test('a refused post leaves its key free', async () => {
	const { emulator, channel, person } = await world();
	await using _ = emulator;
	const ada = person('ada');
	const post = (message: string) => ada.post('/posts', { channel_id: channel.id, message, pending_post_id: 'key' });
	assert.equal((await post('x'.repeat(16_384))).status, 400);
	assert.equal((await post('short')).body.message, 'short');
});

test('a message is measured in code points', async () => {
	const { emulator, channel, person } = await world({ maxPostSize: 5 });
	await using _ = emulator;
	const ada = person('ada');
	assert.equal((await ada.post('/posts', { channel_id: channel.id, message: '😀😀😀😀😀' })).status, 201);
	assert.equal((await ada.post('/posts', { channel_id: channel.id, message: '😀😀😀😀😀😀' })).status, 400);
});

test('who is mentioned counts it until they look', async () => {
	const { emulator, channel, person } = await world();
	await using _ = emulator;
	const [ada, bob] = [person('ada'), person('bob')];
	const mentions = async () => (await bob.get(`/users/me/channels/${channel.id}/unread`)).body.mention_count;
	await bob.post('/channels/members/me/view', { channel_id: channel.id });
	for (const message of ['@bob', 'hi @bob.', '@all', '@channel look', '`@bob`', 'mail@bob', '@bobby']) {
		await ada.post('/posts', { channel_id: channel.id, message });
	}
	assert.equal(await mentions(), 4);
	await bob.post('/channels/members/me/view', { channel_id: channel.id });
	assert.equal(await mentions(), 0);
});
