import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore, type Store } from '@matterkit/store';
import { startPostgres, tempFolder, until } from '@matterkit/testing';
import { pino } from 'pino';
import { migrations } from '../migrations.ts';
import { usualPosition } from './history.ts';
import { ToldLedger, type ToldPost } from './told-ledger.ts';

const logger = pino({ level: 'silent' });
const inOrder = (postId: string, createdAt: number): ToldPost => ({
	postId,
	createdAt,
	position: usualPosition(createdAt),
});

interface Opened extends AsyncDisposable {
	readonly store: Store;
}

async function onSqlite(): Promise<Opened> {
	await using opened = new AsyncDisposableStack();
	const folder = opened.use(await tempFolder());
	const store = opened.use(await openStore({ file: `${folder.path}/store.db` }));
	const held = opened.move();
	return { store, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function onPostgres(): Promise<Opened | undefined> {
	await using opened = new AsyncDisposableStack();
	const postgres = opened.use(await startPostgres());
	if (!postgres) return undefined;
	// It answers a little before it is ready.
	const url = await until('PostgreSQL is ready', () => postgres.createDatabase('told').catch(() => undefined));
	const store = opened.use(await openStore({ url }));
	const held = opened.move();
	return { store, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

for (const [name, open] of [
	['SQLite', onSqlite],
	['PostgreSQL', onPostgres],
] as const) {
	test(`${name}: what was recorded is there for the next process, in order, once a post, and old rows in the order of creation go`, async (t) => {
		await using opened = await open();
		if (!opened) return t.skip('PostgreSQL is not installed');
		const { store } = opened;
		await store.migrate('gateway', migrations);
		const ledger = new ToldLedger(store, logger);
		const late = { postId: 'late', createdAt: 999, position: usualPosition(1_000) + 1 };
		await Promise.all([
			ledger.record('c1', inOrder('p1', 1_000)),
			ledger.record('c1', late),
			ledger.record('c2', inOrder('other', 1_000)),
		]);
		await ledger.record('c1', { ...late, position: late.position + 1 });
		assert.deepEqual(await new ToldLedger(store, logger).of('c1'), [
			inOrder('p1', 1_000),
			{ ...late, position: late.position + 1 },
		]);

		const posts = Array.from({ length: 1_200 }, (_, index) => inOrder(`q${index}`, 20_000 + 120 * index));
		await Promise.all(posts.map((post) => ledger.record('c1', post)));
		await ledger.close();
		const left = await ledger.of('c1');
		assert.equal(left[0]?.postId, 'late', 'what was told out of order is kept');
		assert.equal(left.at(-1)?.postId, 'q1199');
		assert.ok(left.length <= 1_010, `${left.length} are left`);
		const newest = left.at(-1);
		assert.deepEqual(await ledger.of('c1', newest?.createdAt), [newest]);
		assert.deepEqual(await ledger.of('c2'), [inOrder('other', 1_000)]);
	});
}

test('a database that fails keeps no message back', async () => {
	await using opened = await onSqlite();
	// Without tables every statement fails.
	const ledger = new ToldLedger(opened.store, logger);
	await ledger.record('c1', inOrder('p1', 1_000));
	assert.deepEqual(await ledger.of('c1'), []);
});
