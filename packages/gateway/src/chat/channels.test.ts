import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createChannel, send, startWorld } from '../testing/gateway-world.ts';
import { subscribe } from '../testing/subscriber.ts';

const channel = 'query ($c: String!) { channel(channelIdentifier: $c) { id } }';

test('a renamed channel is not found by its old name, and another may have it', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const id = await world.channel(ada.token, 'plans');
	await using listener = subscribe<{ onChannelEvent: { __typename: string; channel?: { name: string } } }>({
		url: world.socketUrl,
		token: ada.token,
		query: `subscription { onChannelEvent(channelIdentifier: "plans", kinds: [POSTED, CHANGED]) {
			__typename ... on ChannelChanged { channel { name } }
		} }`,
		variables: {},
		protocol: 'graphql-transport-ws',
	});
	await world.listening(1);
	// Only messages are caught up: by this one the stream is open.
	await world.data(send, { channel: 'plans', text: 'hello' }, ada.token);
	assert.equal((await listener.next()).onChannelEvent.__typename, 'MessagePosted');
	await world.mattermost('PUT', `/channels/${id}/patch`, { name: 'old-plans' });
	assert.equal((await listener.next()).onChannelEvent.channel?.name, 'old-plans');
	const gone = await world.graphql(channel, { c: 'plans' }, ada.token);
	assert.equal(gone.errors?.[0]?.extensions?.code, 'NOT_FOUND');
	assert.deepEqual(await world.data(channel, { c: 'old-plans' }, ada.token), { channel: { id } });
	const next = await world.channel(ada.token, 'plans');
	assert.deepEqual(await world.data(channel, { c: 'plans' }, ada.token), { channel: { id: next } });
});

test('a channel that could be neither filled nor taken back: told is why it was not filled, logged is the rest', async () => {
	const log: string[] = [];
	await using world = await startWorld({ logger: pino({ level: 'error' }, { write: (line) => log.push(line) }) });
	const ada = await world.person('ada');
	await world.person('bob');
	const { faults } = world.emulator;
	faults.add({ fault: 'status', status: 500, route: 'PUT /api/v4/channels/{channel_id}/patch' });
	for (const [name, status, code, message] of [
		[
			'refused',
			403,
			'FORBIDDEN',
			/^Mattermost refused the request \(403\)\. What was made before could not be undone\.$/,
		],
		['away', 502, 'UNAVAILABLE', /^Mattermost does not answer/],
	] as const) {
		const fault = faults.add({ fault: 'status', status, route: 'POST /api/v4/channels/{channel_id}/members' });
		const [error] = (await world.graphql(createChannel, { name, members: ['bob'] }, ada.token)).errors ?? [];
		fault.remove();
		assert.equal(error?.extensions?.code, code);
		assert.match(error?.message ?? '', message);
		assert.match(log.splice(0).join(), new RegExp(`UndoError.*: ${status}.*: 500`));
	}
});

test('a channel of which a proxy lost Mattermost’s answer is made, once; one that was there before is taken', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.person('bob');
	const id = await world.channel(ada.token, 'plans');
	for (const [name, losses] of [
		['lost-once', 1],
		['lost-for-good', 1_000],
	] as const) {
		let times = 0;
		world.lose((call) => call === 'POST /api/v4/channels' && ++times <= losses);
		const made = await world.channel(ada.token, name, ['bob']);
		assert.deepEqual(await world.data(channel, { c: name }, ada.token), { channel: { id: made } });
		const members = await world.mattermost<object[]>('GET', `/channels/${made}/members`);
		assert.equal(members.length, 2);
		const again = await world.graphql(createChannel, { name: 'plans', members: ['bob'] }, ada.token);
		assert.equal(again.errors?.[0]?.extensions?.code, 'CONFLICT');
		assert.equal((await world.mattermost<object[]>('GET', `/channels/${id}/members`)).length, 1);
	}
});
