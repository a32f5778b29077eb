import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRedis, until } from '@matterkit/testing';
import { Redis } from 'ioredis';
import { listen, text } from '../testing/channel-listener.ts';
import { metric, send, startWorld } from '../testing/gateway-world.ts';
import { mattermostUser } from '../testing/newcomers.ts';
import { subscribe } from '../testing/subscriber.ts';

interface Heard {
	readonly onNewChatMessage: { readonly message: { message: string } };
}
const query = 'subscription ($c: String!) { onNewChatMessage(channelIdentifier: $c) { message { message } } }';
const variables = { c: 'general' };

test('two nodes need one stream for a channel; when its node goes the other takes over without a loss', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	await using world = await startWorld({ redisUrl: redis.url });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	const first = await world.another();
	await using adas = subscribe<Heard>({ url: first.socketUrl, token: ada.token, query, variables });
	await world.listening(1, first.gateway);
	await using bobs = subscribe<Heard>({ url: world.socketUrl, token: bob.token, query, variables });
	await world.listening(1);

	const post = (message: string) => world.mattermost('POST', '/posts', { channel_id: channelId, message });
	for (let i = 0; i < 20; i++) await post(`m${i}`);
	for (const one of [adas, bobs]) {
		for (let i = 0; i < 20; i++) assert.equal((await one.next()).onNewChatMessage.message.message, `m${i}`);
	}
	assert.equal((await metric(world.gateway, 'upstreams')) + (await metric(first.gateway, 'upstreams')), 1);

	const closing = first[Symbol.asyncDispose]();
	for (let i = 20; i < 60; i++) await post(`m${i}`);
	await closing;
	for (let i = 20; i < 60; i++) assert.equal((await bobs.next()).onNewChatMessage.message.message, `m${i}`);
	await world.data(send, { channel: 'general', text: 'from the node that is left' }, bob.token);
	assert.equal((await bobs.next()).onNewChatMessage.message.message, 'from the node that is left');
	assert.equal(bobs.waiting, 0);
});

test('the typing of the covering user is told though it came to another node than the one that covers', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	await using world = await startWorld({ redisUrl: redis.url });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	const covering = await world.another();
	await using adas = subscribe<Heard>({ url: covering.socketUrl, token: ada.token, query, variables });
	await world.listening(1, covering.gateway);
	const typing = `subscription ($c: String!) {
		onChannelEvent(channelIdentifier: $c, kinds: [TYPING]) { ... on UserTyping { user { username } } }
	}`;
	await using bobs = subscribe<object>({ url: covering.socketUrl, token: bob.token, query: typing, variables });
	await world.listening(2, covering.gateway);
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'the stream is open' });
	await adas.next();
	await world.data('mutation { typing(channelIdentifier: "general") { status } }', {}, ada.token);
	assert.deepEqual(await bobs.next(), { onChannelEvent: { user: { username: 'ada' } } });
});

test('a logout on one node ends the sockets of that login on the others', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	await using world = await startWorld({ redisUrl: redis.url });
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const other = await world.another();
	await using heard = subscribe<Heard>({ url: other.socketUrl, token: ada.token, query, variables });
	await world.listening(1, other.gateway);
	await world.data('mutation { logout { status } }', {}, ada.token);
	assert.equal(((await heard.end()) as { code: number }).code, 4403);
});

test('many who are deactivated in one go cost a few words between the nodes, however many streams tell of it', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	await using world = await startWorld({ redisUrl: redis.url });
	const people = await Promise.all(['ada', 'bob', 'eve'].map((name) => world.person(name)));
	await using open = new AsyncDisposableStack();
	for (const { token, username } of people) {
		await world.channel(token, `${username}s`);
		open.use(listen(world, token, `${username}s`));
	}
	await until('three streams', async () => (await metric(world.gateway, 'upstreams')) === 3);
	const users = await Promise.all(Array.from({ length: 40 }, (_, index) => mattermostUser(world, `user${index}`)));
	const commands = new Redis(redis.url);
	const entries = () => commands.xlen('{matterkit}:entries');
	const before = await entries();
	await Promise.all(users.map(({ id }) => world.mattermost('PUT', `/users/${id}/active`, { active: false })));
	await world.mattermost('PUT', `/users/${people[0]?.id}/active`, { active: false });
	await until('the last one is thrown out', async () => (await metric(world.gateway, 'channel_listeners')) === 2);
	const said = (await entries()) - before;
	commands.disconnect();
	assert.ok(said < 41, `${said} entries for 41 deactivations, each told by three streams`);
});

test('a user who is deactivated is thrown out of a node that has no stream of its own', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	await using world = await startWorld({ redisUrl: redis.url });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = subscribe<Heard>({ url: world.socketUrl, token: ada.token, query, variables });
	await world.listening(1);
	const other = await world.another();
	await using bobs = subscribe<Heard>({ url: other.socketUrl, token: bob.token, query, variables });
	await world.listening(1, other.gateway);
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'the stream is open' });
	for (const one of [adas, bobs]) {
		assert.equal((await one.next()).onNewChatMessage.message.message, 'the stream is open');
	}
	assert.equal(await metric(other.gateway, 'upstreams'), 0);

	await world.mattermost('PUT', `/users/${bob.id}/active`, { active: false });
	assert.equal(((await bobs.end()) as { code: number }).code, 4403);
	assert.equal(adas.waiting, 0);
});

test('who comes back to a node that listened to nothing meanwhile hears what was history to the node that covers now', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	await using world = await startWorld({ redisUrl: redis.url, upstreams: { linger: 10 } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	const post = (message: string) => world.mattermost('POST', '/posts', { channel_id: channelId, message });
	const other = await world.another();
	let last: string | undefined;
	{
		await using adas = listen(world, ada.token, 'general');
		await world.listening(1);
		await post('heard');
		last = (await adas.next()).onNewChatMessage.message.id;
	}
	await until('nobody covers the channel', async () => (await metric(world.gateway, 'upstreams')) === 0);
	await post('while nobody listened');
	await using bobs = listen(other, bob.token, 'general');
	await world.listening(1, other.gateway);
	await post('to the other node');
	assert.equal(await text(bobs), 'to the other node');
	await using back = listen(world, ada.token, 'general', last);
	assert.equal(await text(back), 'while nobody listened');
	assert.equal(await text(back), 'to the other node');
});

test('who comes to a node that catches up only while their place is looked up hears nothing again', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	const post = async (message: string) =>
		(await world.mattermost<{ id: string }>('POST', '/posts', { channel_id: channelId, message })).id;
	// Without Redis each node tells what it hears itself, as when Redis is gone.
	const lagging = await world.another();
	await using adas = listen(world, ada.token, 'general');
	await using bobs = listen(lagging, bob.token, 'general');
	await world.listening(1);
	await world.listening(1, lagging.gateway);
	await post('heard by both');
	for (const one of [adas, bobs]) assert.equal(await text(one), 'heard by both');
	world.emulator.halfOpenSockets('bob');
	await post('long ago');
	world.emulator.clock.advance(5_000);
	const last = await post('just now');
	for (const expected of ['long ago', 'just now']) assert.equal(await text(adas), expected);

	const anchor = `GET /api/v4/posts/${last}`;
	world.fail((call) => call === anchor);
	await using back = listen(lagging, ada.token, 'general', last);
	await until('the place is looked up', () => world.calls.includes(anchor));
	world.emulator.dropSockets('bob');
	for (const expected of ['long ago', 'just now']) assert.equal(await text(bobs), expected);
	world.fail(() => false);
	for (const expected of ['later', 'last']) {
		await post(expected);
		assert.equal(await text(back), expected);
	}
});

test('who comes back to another node each time, while posts overtake each other, misses and doubles nothing', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	await using world = await startWorld({ redisUrl: redis.url, emulator: { faults: true } });
	const people = await Promise.all(['ada', 'bob', 'eve', 'fay'].map((name) => world.person(name)));
	const [ada] = people;
	assert.ok(ada);
	const channelId = await world.channel(ada.token, 'general', ['bob', 'eve', 'fay']);
	const nodes = [world, await world.another(), await world.another()];
	await using staying = listen(world, ada.token, 'general');
	await world.listening(1);
	world.emulator.faults.add({ fault: 'reorder', milliseconds: 70 });
	const each = 60;
	const write = () =>
		Promise.all(
			people.map(async ({ id, username }) => {
				const { token } = await world.mattermost<{ token: string }>('POST', `/users/${id}/tokens`, {
					description: 'test',
				});
				for (let i = 0; i < each; i++) {
					await world.mattermost('POST', '/posts', { channel_id: channelId, message: `${username}-${i}` }, token);
				}
			}),
		);
	const total = each * people.length;
	const texts: string[] = [];
	let after: string | undefined;
	let writing: Promise<unknown> | undefined;
	for (let turn = 0; texts.length < total; turn++) {
		await using wandering = listen(nodes[turn % nodes.length] ?? world, ada.token, 'general', after);
		if (turn === 0) await world.listening(2);
		writing ??= write();
		const enough = Math.min(total, texts.length + 11);
		while (texts.length < enough) {
			const { message } = (await wandering.next()).onNewChatMessage;
			texts.push(message.message);
			after = message.id;
		}
	}
	await writing;
	const heard: string[] = [];
	while (heard.length < total) heard.push(await text(staying));
	assert.deepEqual(texts, heard, 'the same messages in the same order as at one node');
	assert.equal(new Set(texts).size, total);
});
