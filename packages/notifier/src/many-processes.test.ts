// Several services on one PostgreSQL: any of them accepts, any of them posts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '@matterkit/store';
import { startPostgres } from '@matterkit/testing';
import { borrow, startService } from './testing/service.ts';
import { createWorld } from './testing/world.ts';

test('what one process accepts another one is woken to post, at once and not at its next look', async (t) => {
	await using postgres = await startPostgres();
	if (!postgres) return t.skip('PostgreSQL is not installed');
	await using world = await createWorld();
	await world.person('john.doe');
	const url = await postgres.createDatabase('shared');
	await using acceptingStore = await openStore({ url });
	await using postingStore = await openStore({ url });
	// It can't reach Mattermost, so it posts nothing itself.
	await using accepting = await startService({ ...world, url: 'http://127.0.0.1:9' }, { store: acceptingStore });
	await using _posting = await startService(world, { store: postingStore });
	const send = (requestId: number) =>
		accepting.request('/send?wait=10s', { method: 'POST', body: { ...borrow, requestId } });
	// Names are looked up once.
	assert.equal((await send(0)).body.status, 'sent');
	const began = performance.now();
	const count = 8;
	for (let requestId = 1; requestId <= count; requestId++) assert.equal((await send(requestId)).body.status, 'sent');
	// The other looks by itself every 2 s: without a call each would have waited for 1 s, as a mean.
	const each = (performance.now() - began) / count;
	assert.ok(each < 1_000, `${each} ms each`);
	assert.equal((await world.channelMessages()).length, count + 1);
});
