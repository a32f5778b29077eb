import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { pino } from 'pino';
import { markerOf } from './mattermost/marker.ts';
import { borrow, key, startService } from './testing/service.ts';
import { createWorld } from './testing/world.ts';

interface Line {
	readonly level: number;
	readonly msg: string;
	readonly delivery?: string;
	readonly post?: string;
	readonly reason?: string;
	readonly deleted?: string;
}

test('what happens to a notification is logged with its id, from the acceptance to the end, without its text', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	const log: string[] = [];
	const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
	await using service = await startService(world, { logger });
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	const said = (id: string): Line[] =>
		log.map((line) => JSON.parse(line) as Line).filter(({ delivery }) => delivery === id);
	const send = async (requestId: number, more: object = {}, wait = '10s') =>
		(await service.request(`/send?wait=${wait}`, { method: 'POST', body: { ...borrow, requestId, ...more } })).body;

	let posts = 0;
	world.server.fault = ({ method, url }) =>
		method === 'POST' && url === '/api/v4/posts' && posts++ === 0 ? 'drop' : undefined;
	const sent = await send(1);
	await send(1);
	assert.deepEqual(
		said(sent.id).map(({ msg }) => msg),
		['accepted', 'nobody knows whether the post was made', 'sent', 'asked for again'],
	);
	assert.equal(said(sent.id)[2]?.post, sent.postId);

	const second = await world.admin
		.as(world.botToken)
		.posts.create({ channel_id: world.channelId, message: 'again', props: markerOf(sent.id) });
	const error = await until('the double is said', () => said(sent.id).find(({ level }) => level >= 50));
	assert.deepEqual([error.deleted, /posted twice/.test(error.msg)], [second.id, true]);

	const dead = await send(2, { mattermostUsername: 'nobody' });
	const { msg, level, reason } = said(dead.id).at(-1) ?? {};
	assert.deepEqual([msg, level, reason], ['dead', 40, dead.error]);
	await service.request(`/${dead.id}/replay`, { method: 'POST' });
	await until('it is dead again', () => said(dead.id).filter((line) => line.msg === 'dead').length === 2);
	assert.equal(said(dead.id)[2]?.msg, 'replayed');

	const later = await send(3, { sendAt: new Date(Date.now() + 3_600_000).toISOString() }, '0');
	await service.request(`/${later.id}/cancel`, { method: 'POST' });
	assert.equal(said(later.id).at(-1)?.msg, 'cancelled');

	for (const secret of [key, world.botToken, borrow.device.name, 'approved'])
		assert.ok(!log.join('').includes(secret), secret);
});
