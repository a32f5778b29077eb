import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { listen, oneStream, streams, text } from '../testing/channel-listener.ts';
import { metric, send, startWorld } from '../testing/gateway-world.ts';

test('many viewers of one channel need one stream, and none after they left', async () => {
	await using world = await startWorld({ upstreams: { linger: 50 } });
	const people = await Promise.all(['ada', 'bob', 'eve', 'fay'].map((name) => world.person(name)));
	const [ada] = people;
	assert.ok(ada);
	const channelId = await world.channel(ada.token, 'general', ['bob', 'eve', 'fay']);
	{
		await using stack = new AsyncDisposableStack();
		const all = people.map(({ token }) => stack.use(listen(world, token, 'general')));
		await world.listening(4);
		await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'to all' });
		for (const one of all) assert.equal(await text(one), 'to all');
		assert.equal(await streams(world), 1);
	}
	await until('no stream', async () => (await streams(world)) === 0);
});

test('a stream lingers: who is back in a moment finds it open, and it is closed a while after they left', async () => {
	await using world = await startWorld({ upstreams: { linger: 4_000 } });
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const received = () => metric(world.gateway, 'upstreams_opened_total');
	for (let i = 0; i < 3; i++) {
		await using _heard = listen(world, ada.token, 'general');
		await world.listening(1);
		await oneStream(world);
	}
	assert.equal(await received(), 1);
	await until('it is closed', async () => (await streams(world)) === 0);
	await using _heard = listen(world, ada.token, 'general');
	await oneStream(world);
	assert.equal(await received(), 2);
});

test('what is posted right after subscribing is heard, though no stream was open yet', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const channelId = await world.channel(ada.token, 'general');
	await using heard = listen(world, ada.token, 'general');
	await world.listening(1);
	for (let i = 0; i < 20; i++) await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${i}` });
	for (let i = 0; i < 20; i++) assert.equal(await text(heard), `m${i}`);
	assert.equal(heard.waiting, 0);
});

test('a stream that others can stand in for is closed', async () => {
	await using world = await startWorld({ upstreams: { linger: 50 } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const ids: string[] = [];
	for (const name of ['one', 'two', 'three'])
		ids.push(await world.channel(ada.token, name, name === 'one' ? ['bob'] : []));
	await using bobs = listen(world, bob.token, 'one');
	await oneStream(world);
	await using one = listen(world, ada.token, 'one');
	await using two = listen(world, ada.token, 'two');
	await world.listening(3);
	// Two at a time may be over before it is looked for.
	await until('a second stream', async () => (await metric(world.gateway, 'upstreams_opened_total')) === 2);
	await oneStream(world);
	for (const channel_id of ids) await world.mattermost('POST', '/posts', { channel_id, message: 'after' });
	assert.deepEqual([await text(bobs), await text(one), await text(two)], ['after', 'after', 'after']);
});

test('a subscription that would need more streams than allowed is refused', async () => {
	await using world = await startWorld({ upstreams: { streams: 1 } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'adas');
	await world.channel(bob.token, 'bobs');
	await using first = listen(world, ada.token, 'adas');
	await world.listening(1);
	await oneStream(world);
	await using second = listen(world, bob.token, 'bobs');
	assert.match(JSON.stringify(await second.end()), /TOO_MANY_REQUESTS/);
	await until('all are covered', async () => (await metric(world.gateway, 'uncovered_channels')) === 0);
	await world.data(send, { channel: 'adas', text: 'still heard' }, ada.token);
	assert.equal(await text(first), 'still heard');
});
