// PostgreSQL commits, and the connection is cut before it can say so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '@matterkit/store';
import { accept } from '../accepting/accept.ts';
import type { Acceptance } from '../accepting/acceptance.ts';
import { deliveryIds } from '../accepting/delivery-id.ts';
import { notifierTables } from '../migrations/index.ts';
import { startCuttingProxy } from '../testing/cutting-proxy.ts';
import { startDatabases } from '../testing/databases.ts';
import { claim } from './claim.ts';
import { createOutbox } from './outbox.ts';
import { finishSent, startSending } from './transitions.ts';

const newId = deliveryIds();
const acceptance = (key: string, more: Partial<Acceptance> = {}): Acceptance => ({
	id: newId(),
	key,
	recipient: key,
	template: 'BORROW',
	variables: '{}',
	window: 3_600_000,
	...more,
});

async function withLostCommits() {
	await using opened = new AsyncDisposableStack();
	const databases = opened.use(await startDatabases('postgres'));
	const location = await databases.location();
	if (!location || !('url' in location)) return undefined;
	const proxy = opened.use(await startCuttingProxy(location.url));
	const store = opened.use(await openStore({ url: proxy.url }));
	await store.migrate(notifierTables.room, notifierTables.migrations);
	const held = opened.move();
	return { proxy, outbox: createOutbox(store), [Symbol.asyncDispose]: () => held.disposeAsync() };
}

test('of acceptances that were committed, each is told that it is new, not a repeat of itself', async (t) => {
	await using opened = await withLostCommits();
	if (!opened) return t.skip('PostgreSQL is not installed');
	const { proxy, outbox } = opened;
	const all = [
		acceptance('a'),
		acceptance('b', { callerKey: { key: 'mine', bodyHash: 'hash' } }),
		acceptance('c'),
		acceptance('a'),
	];
	proxy.cuts = 1;
	const told = await Promise.all(all.map((one) => accept(outbox, one)));
	assert.equal(proxy.cuts, 0);
	assert.deepEqual(told, [
		...all.slice(0, 3).map(({ id }) => ({ kind: 'new', id })),
		{ kind: 'repeat', id: all[0]?.id, by: 'notification' },
	]);
	const rows = await outbox.db.selectFrom('notifier_delivery').select('key').orderBy('key').execute();
	assert.deepEqual(
		rows.map(({ key }) => key),
		['a', 'b', 'c'],
	);
});

test('one acceptance alone fails though it is there, and the same request again gets it', async (t) => {
	await using opened = await withLostCommits();
	if (!opened) return t.skip('PostgreSQL is not installed');
	const { proxy, outbox } = opened;
	const first = acceptance('a');
	proxy.cuts = 1;
	await assert.rejects(accept(outbox, first));
	assert.deepEqual(await accept(outbox, acceptance('a')), { kind: 'repeat', id: first.id, by: 'notification' });
});

test('ends of deliveries that were committed are told as such', async (t) => {
	await using opened = await withLostCommits();
	if (!opened) return t.skip('PostgreSQL is not installed');
	const { proxy, outbox } = opened;
	for (const key of ['a', 'b']) await accept(outbox, acceptance(key));
	const held = await claim(outbox, { count: 2, lease: 30_000, held: [] });
	const decision = { target: 'dm', channelId: 'c', message: 'm' } as const;
	await Promise.all(held.map((one) => startSending(outbox, one, { decision, serverTime: 1, lease: 30_000 })));
	proxy.cuts = 1;
	await Promise.all(held.map((one) => finishSent(outbox, one, { postId: `post of ${one.key}`, auditIn: undefined })));
	assert.equal(proxy.cuts, 0);
	const rows = await outbox.db.selectFrom('notifier_delivery').select(['state', 'post_id']).orderBy('key').execute();
	assert.deepEqual(rows, [
		{ state: 'sent', post_id: 'post of a' },
		{ state: 'sent', post_id: 'post of b' },
	]);
});
