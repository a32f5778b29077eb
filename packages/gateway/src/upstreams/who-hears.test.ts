import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { endOf, listen, oneStream, text } from '../testing/channel-listener.ts';
import { metric, send, startWorld } from '../testing/gateway-world.ts';

test('what is posted right after a user was deactivated is not heard by them, however long it takes to find out who it was', async () => {
	await using world = await startWorld({ emulator: { faults: true } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(2);
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'to both' });
	for (const one of [adas, bobs]) assert.equal(await text(one), 'to both');
	world.emulator.faults.add({ fault: 'latency', milliseconds: 150, route: 'POST /api/v4/users/ids', times: 1 });
	await world.mattermost('PUT', `/users/${bob.id}/active`, { active: false });
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'without bob' });
	assert.equal(await text(adas), 'without bob');
	assert.equal(((await bobs.end()) as { code: number }).code, 4403);
});

test('where Mattermost does not say who was deactivated, nobody hears what came after; who subscribes again does', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const channelId = await world.channel(ada.token, 'general');
	await world.person('bob');
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	const { id } = await world.mattermost<{ id: string }>('POST', '/posts', { channel_id: channelId, message: 'one' });
	assert.equal(await text(adas), 'one');
	world.fail((call) => call === 'POST /api/v4/users/ids');
	const bob = (await world.mattermost<{ id: string }[]>('POST', '/users/usernames', ['bob']))[0];
	await world.mattermost('PUT', `/users/${bob?.id}/active`, { active: false });
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'two' });
	assert.match(JSON.stringify(await adas.end()), /did not say whether you may still hear/);
	world.fail(() => false);
	await using again = listen(world, ada.token, 'general', id);
	assert.equal(await text(again), 'two');
});

test('who was removed while the stream was cut hears nothing more', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(2);
	await world.mattermost('DELETE', `/channels/${channelId}/members/${bob.id}`);
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'without bob' });
	let heard = '';
	while (heard !== 'without bob') heard = await text(adas);
	assert.match(
		JSON.stringify(await bobs.end().catch(() => bobs.end())),
		/removed from this channel|no longer a member/,
	);
});

test('what is addressed to the covering user reaches neither them nor another through the gateway', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(2);
	await world.mattermost('POST', '/posts/ephemeral', {
		user_id: ada.id,
		post: { channel_id: channelId, message: 'for ada’s eyes only' },
	});
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'for all, @ada' });
	assert.deepEqual([await text(adas), await text(bobs)], ['for all, @ada', 'for all, @ada']);
});

test('a channel can be heard by its members only, by id and by name alike', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const isPrivate = await world.channel(ada.token, 'secret', [], { private: true });
	const isPublic = await world.channel(ada.token, 'open');
	for (const identifier of ['secret', isPrivate, 'open', isPublic, 'no-such-channel', 'x'.repeat(26)]) {
		await using refused = listen(world, bob.token, identifier);
		assert.match(JSON.stringify(await refused.end()), /Channel identifier not found/, identifier);
		const read = await world.graphql(
			`{ getMessageList(channelIdentifier: "${identifier}") { hasNext } }`,
			{},
			bob.token,
		);
		assert.equal(read.errors?.[0]?.message, 'Channel identifier not found.', identifier);
		const sent = await world.graphql(send, { channel: identifier, text: 'hello' }, bob.token);
		assert.equal(sent.errors?.[0]?.message, 'Channel identifier not found.', identifier);
	}
	const { id: hidden } = await world.mattermost<{ id: string }>('POST', '/posts', {
		channel_id: isPublic,
		message: 'psst',
	});
	for (const query of [`message(id: "${hidden}")`, `thread(messageId: "${hidden}")`]) {
		const { errors } = await world.graphql(`{ ${query} { message } }`, {}, bob.token);
		assert.equal(errors?.[0]?.extensions?.code, 'NOT_FOUND', query);
	}
	const join = (c: string) => `mutation { channelJoin(channelIdentifier: "${c}") { status } }`;
	assert.match(JSON.stringify(await world.graphql(join('secret'), {}, bob.token)), /not found/);
	await world.data(join('open'), {}, bob.token);
	await using joined = listen(world, bob.token, 'open');
	await world.listening(1);
	await world.data(send, { channel: isPublic, text: 'welcome' }, ada.token);
	assert.equal(await text(joined), 'welcome');
});

test('leaving the team or archiving the channel ends the subscription, others go on', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const old = await world.channel(ada.token, 'old');
	await using adas = listen(world, ada.token, 'general');
	await using olds = listen(world, ada.token, 'old');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(3);
	await world.mattermost('DELETE', `/teams/${world.teamId}/members/${bob.id}`);
	assert.match(await endOf(bobs), /left the team|removed from this channel/);
	await world.mattermost('DELETE', `/channels/${old}`);
	assert.match(await endOf(olds), /This channel was archived/);
	await world.data(send, { channel: 'general', text: 'still here' }, ada.token);
	let heard = '';
	while (heard !== 'still here') heard = await text(adas);
});

test('who comes back while it is looked up who may hear gets nothing again of what waits for it', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const eve = await world.person('eve');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	const post = async (message: string) =>
		(await world.mattermost<{ id: string }>('POST', '/posts', { channel_id: channelId, message })).id;
	await using adas = listen(world, ada.token, 'general');
	await world.listening(1);
	const first = await post('first');
	assert.equal(await text(adas), 'first');
	world.fail((call) => call === 'POST /api/v4/users/ids');
	await world.mattermost('PUT', `/users/${eve.id}/active`, { active: false });
	await until('it is asked who was deactivated', () => world.calls.includes('POST /api/v4/users/ids'));
	await post('old');
	world.emulator.clock.advance(5_000);
	const last = await post('new');
	await until('both wait', async () => (await metric(world.gateway, 'held_entries')) === 2);
	{
		await using bobs = listen(world, bob.token, 'general', first);
		assert.equal(await text(bobs), 'old');
		assert.equal(await text(bobs), 'new');
	}
	await using back = listen(world, bob.token, 'general', last);
	await world.listening(2);
	world.fail(() => false);
	for (const expected of ['old', 'new']) assert.equal(await text(adas), expected);
	await post('later');
	assert.equal(await text(back), 'later');
});
