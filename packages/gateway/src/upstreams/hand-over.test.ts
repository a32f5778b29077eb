import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { endOf, listen, oneStream, text, whoCovers } from '../testing/channel-listener.ts';
import { startWorld, type World } from '../testing/gateway-world.ts';

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
	await until('some are posted', () => posted > 20);
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
