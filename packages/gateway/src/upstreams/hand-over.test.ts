import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { endOf, listen, oneStream, streams, text, whoCovers } from '../testing/channel-listener.ts';
import { logIn, send, startWorld, type World } from '../testing/gateway-world.ts';
import { mattermostUser } from '../testing/newcomers.ts';

test('when the covering member is removed another takes over, and nothing is lost or told twice', async () => {
	await using world = await startWorld();
	const people = [await world.person('ada'), await world.person('bob'), await world.person('eve')] as const;
	const channelId = await world.channel(people[0].token, 'general', ['bob', 'eve']);
	await using stack = new AsyncDisposableStack();
	const subscribers = people.map(({ token }) => stack.use(listen(world, token, 'general')));
	await world.listening(3);
	await oneStream(world);
	const covers = await until('a cover is online', async () => (await whoCovers(world, people))[0]);
	const cover = people.findIndex(({ username }) => username === covers);
	const others = subscribers.filter((_, index) => index !== cover);

	let posted = 0;
	const writing = (async () => {
		for (; posted < 100; posted++)
			await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${posted}` });
	})();
	await until('all heard some', () => subscribers.every(({ waiting }) => waiting > 10));
	await world.mattermost('DELETE', `/channels/${channelId}/members/${people[cover]?.id}`);
	await writing;
	for (const other of others) {
		const texts: string[] = [];
		while (texts.length < 100) {
			const heard = await text(other);
			if (/^m\d/.test(heard)) texts.push(heard);
		}
		assert.deepEqual(
			texts,
			Array.from({ length: 100 }, (_, i) => `m${i}`),
		);
	}
	let last = '';
	const removed = subscribers[cover];
	assert.ok(removed);
	const end = await (async () => {
		for (;;) {
			try {
				last = await text(removed);
			} catch (error) {
				return String(error);
			}
		}
	})();
	assert.match(end, /You were removed from this channel/);
	assert.match(last, /^m\d+$/);
});

for (const [how, disturb] of [
	['the covering stream is cut again and again', async (world: World) => world.cut()],
	[
		'the covering member’s token is revoked',
		async (world: World, adaId: string) => {
			const tokens = await world.mattermost<{ id: string }[]>('GET', `/users/${adaId}/tokens`);
			for (const { id } of tokens) await world.mattermost('POST', '/users/tokens/revoke', { token_id: id });
			world.cut();
		},
	],
] as const) {
	test(`when ${how}, nothing is lost or told twice`, async () => {
		await using world = await startWorld();
		const ada = await world.person('ada');
		const channelId = await world.channel(ada.token, 'general');
		await using heard = listen(world, ada.token, 'general');
		await world.listening(1);
		await oneStream(world);
		for (let i = 0; i < 60; i++) {
			if (i % 20 === 10) await disturb(world, ada.id);
			await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${i}` });
		}
		const texts: string[] = [];
		while (texts.length < 60) texts.push(await text(heard));
		assert.deepEqual(
			texts,
			Array.from({ length: 60 }, (_, i) => `m${i}`),
		);
		assert.equal(heard.waiting, 0);
	});
}

test('when the covering member is deactivated another takes over, and nothing is lost or told twice', async () => {
	await using world = await startWorld({ upstreams: { heartbeat: 200 } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(2);
	const cover = await until('a cover is online', async () => (await whoCovers(world, [ada, bob]))[0]);
	assert.equal(cover, 'ada');
	for (let i = 0; i < 30; i++) {
		if (i === 10) await world.mattermost('PUT', `/users/${ada.id}/active`, { active: false });
		await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${i}` });
	}
	const texts: string[] = [];
	while (texts.length < 30) {
		const heard = await text(bobs);
		if (/^m\d/.test(heard)) texts.push(heard);
	}
	assert.deepEqual(
		texts,
		Array.from({ length: 30 }, (_, i) => `m${i}`),
	);
	const end = await endOf(adas);
	assert.match(end, /4403/);
});

test('when the covering member’s Mattermost session ends another takes over, and they log in again', async () => {
	await using world = await startWorld({ upstreams: { heartbeat: 200 } });
	const ada = await world.person('ada');
	const { id } = await mattermostUser(world, 'grace', 'Mattermost-1!');
	await world.mattermost('POST', `/teams/${world.teamId}/members`, { team_id: world.teamId, user_id: id });
	await world.channel(ada.token, 'general', ['grace']);
	const grace = { username: 'grace', password: 'Mattermost-1!' };
	const login = await world.data<{ userGetToken: { token: string } }>(logIn, grace);
	await using graces = listen(world, login.userGetToken.token, 'general');
	await oneStream(world);
	await using adas = listen(world, ada.token, 'general');
	await world.listening(2);
	await world.data(send, { channel: 'general', text: 'before' }, ada.token);
	for (const one of [graces, adas]) assert.equal(await text(one), 'before');
	await world.mattermost('POST', `/users/${id}/sessions/revoke/all`);
	await world.data(send, { channel: 'general', text: 'after' }, ada.token);
	assert.equal(await text(adas), 'after');
	assert.match(await endOf(graces), /4403/);
	const again = await world.data<{ userGetToken: { token: string } }>(logIn, grace);
	await using back = listen(world, again.userGetToken.token, 'general');
	await world.listening(2);
	await world.data(send, { channel: 'general', text: 'back' }, ada.token);
	assert.equal(await text(back), 'back');
});

for (const [evidence, write] of [
	[
		'who sent a message hears nothing of it',
		(world: World, { bob }: { bob: string }) => world.data(send, { channel: 'general', text: 'after' }, bob),
	],
	[
		'another stream tells of a post',
		(world: World, { channelId }: { channelId: string }) =>
			world.mattermost('POST', '/posts', { channel_id: channelId, message: 'after' }),
	],
] as const) {
	test(`a cover that Mattermost made silent is found out long before its next ping when ${evidence}`, async () => {
		await using world = await startWorld({ upstreams: { heartbeat: 60_000 } });
		const ada = await world.person('ada');
		const bob = await world.person('bob');
		const channelId = await world.channel(ada.token, 'general', ['bob']);
		await world.channel(bob.token, 'bobs');
		await using adas = listen(world, ada.token, 'general');
		await oneStream(world);
		await using _bobs = listen(world, bob.token, 'bobs');
		await world.listening(2);
		await until('two streams', async () => (await streams(world)) === 2);
		await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'before' });
		assert.equal(await text(adas), 'before');
		const tokens = await world.mattermost<{ id: string }[]>('GET', `/users/${ada.id}/tokens`);
		for (const { id } of tokens) await world.mattermost('POST', '/users/tokens/revoke', { token_id: id });
		await write(world, { bob: bob.token, channelId });
		assert.equal(await text(adas), 'after');
	});
}
