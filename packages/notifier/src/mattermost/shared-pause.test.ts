// Processes on one PostgreSQL, without a limit of their own: what Mattermost tells one of them all obey.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '@matterkit/store';
import { startPostgres, until } from '@matterkit/testing';
import { pino } from 'pino';
import { createOutbox } from '../outbox/outbox.ts';
import { startDatabases } from '../testing/databases.ts';
import { borrow, startService } from '../testing/service.ts';
import { createWorld } from '../testing/world.ts';
import { SharedPause } from './shared-pause.ts';

test('a process that runs hears of it at once, one that starts later too, and the longer of two counts', async (t) => {
	await using databases = await startDatabases('postgres');
	await using opened = await databases.outbox();
	if (!opened) return t.skip('PostgreSQL is not installed');
	const { outbox } = opened;
	const listening = async () => {
		const heard: number[] = [];
		const pause = new SharedPause({
			outbox,
			heard: (milliseconds) => heard.push(milliseconds),
			log: pino({ enabled: false }),
		});
		await pause.start();
		return { pause, heard, [Symbol.asyncDispose]: () => pause.end() };
	};
	await using one = await listening();
	await using other = await listening();
	assert.deepEqual([one.heard, other.heard], [[], []]);
	one.pause.tell(60_000);
	await until('the other hears of it', () => other.heard.some((left) => left > 50_000 && left <= 60_001));
	other.pause.tell(1_000);
	await until('that is heard too', () => one.heard.length >= 2);
	assert.ok(one.heard.every((left) => left > 50_000));
	await using late = await listening();
	assert.equal(late.heard.length, 1);
});

test('a process that gets a 429 keeps the other from posting, too, until it is over', async (t) => {
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	await using world = await createWorld();
	for (let number = 0; number < 8; number++) await world.person(`person-${number}`);
	const url = await server.createDatabase('paused');
	await using one = await openStore({ url });
	await using other = await openStore({ url });
	const retryAfter = 3_000;
	let limitedAt = 0;
	const posts: number[] = [];
	world.server.fault = ({ method, url: path }) => {
		if (method !== 'POST' || path !== '/api/v4/posts') return undefined;
		if (limitedAt > 0) {
			posts.push(performance.now() - limitedAt);
			return undefined;
		}
		limitedAt = performance.now();
		return { status: 429, body: 'limit exceeded\n', headers: { 'retry-after': `${retryAfter / 1_000}` } };
	};
	await using first = await startService(world, { store: one });
	await first.notifier.send({ ...borrow, mattermostUsername: 'person-0' });
	const marks = createOutbox(other).db.selectFrom('notifier_mark').select('name');
	await until('it is told', async () => (await marks.where('name', '=', 'pause').execute()).length === 1);
	// All that the first one's hands do not hold goes by the second.
	await using second = await startService(world, { store: other });
	for (let requestId = 1; requestId < 8; requestId++)
		await second.notifier.send({ ...borrow, requestId, mattermostUsername: `person-${requestId}` });
	await until('all are posted', async () => (await world.channelMessages()).length === 8, { timeout: 30_000 });
	// The database tells whole milliseconds.
	assert.deepEqual(
		posts.filter((after) => after < retryAfter - 2),
		[],
	);
});
