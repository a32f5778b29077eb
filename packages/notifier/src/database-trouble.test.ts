// The database full or gone.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '@matterkit/store';
import { startPostgres, tempFolder, until } from '@matterkit/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { borrow, type RunningService, startService } from './testing/service.ts';
import { createWorld } from './testing/world.ts';

const accept = (service: RunningService, requestId: number, more: object = {}) =>
	service.request('/send', { method: 'POST', body: { ...borrow, requestId, ...more } });
const isIdle = async (service: RunningService) =>
	Object.values((await service.notifier.status()).deliveries).every((count) => count === 0);

test('while the disk is full callers get 503 and nothing is half accepted; when there is room it goes on', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using folder = await tempFolder();
	await using store = await openStore({ file: join(folder.path, 'full.db') });
	await using service = await startService(world, { store });
	const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db());
	await sql.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 4}`).execute(store.db());
	let refused = 0;
	const accepted: number[] = [];
	for (let number = 0; refused < 5; number++) {
		const { status } = await accept(service, number, { device: { id: 1, name: 'x'.repeat(250) } });
		if (status === 503) refused++;
		else accepted.push(number);
	}
	const keys = (await service.request('/idempotency')).body.records.map(({ key }: { key: string }) => key);
	assert.deepEqual(keys.sort(), accepted.map((number) => `notification:BORROW:${number}:123`).sort());
	await sql`pragma max_page_count = 1000000`.execute(store.db());
	assert.equal((await accept(service, 1_000_000)).status, 202);
	await until('all are posted', () => isIdle(service), { timeout: 60_000 });
	assert.equal((await world.channelMessages()).length, accepted.length + 1);
});

test('a full disk is said until there is room, though there is nothing to do but to refuse', async () => {
	await using world = await createWorld();
	await using folder = await tempFolder();
	await using store = await openStore({ file: join(folder.path, 'full.db') });
	const log: string[] = [];
	const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(line) });
	await using service = await startService(world, { store, logger });
	// As on a full disk: what is there can be read, and what changes nothing can be run.
	const tables = ['notifier_key', 'notifier_mark'];
	for (const table of tables)
		await sql
			.raw(`create trigger full_${table} before insert on ${table} begin select raise(abort, 'disk is full'); end`)
			.execute(store.db());
	for (let number = 0; number < 5; number++) {
		assert.equal((await accept(service, number)).status, 503);
		await until('it is said', () => /^the database \(disk is full/.test(service.notifier.health().waitingFor.join()));
	}
	await accept(service, 5);
	assert.ok(!log.some((line) => line.includes('the database answers again')));
	for (const table of tables) await sql.raw(`drop trigger full_${table}`).execute(store.db());
	await until('it is ready', () => service.notifier.health().ready);
	assert.equal((await accept(service, 6)).status, 202);
});

test('while PostgreSQL is gone callers get 503 and nothing is half accepted; afterwards it goes on', async (t) => {
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	await using world = await createWorld();
	await world.person('john.doe');
	await using store = await openStore({ url: await server.createDatabase('gone') });
	await using service = await startService(world, { store });
	await accept(service, 1);
	await until('it is posted', () => isIdle(service));
	await server.crash();
	const { status, headers, body } = await accept(service, 2);
	assert.deepEqual([status, headers.get('retry-after'), body.name], [503, '5', 'UnavailableError']);
	await until('the process says what it waits for', () =>
		service.notifier.health().waitingFor.some((what) => what.startsWith('the database')),
	);
	await server.start();
	await until('it is ready again', () => service.notifier.health().ready);
	assert.equal((await accept(service, 2)).status, 202);
	await until('it is posted', () => isIdle(service));
	assert.equal((await world.channelMessages()).length, 2);
});

test('a repeat that comes after the connection to PostgreSQL was lost is told of the first one', async (t) => {
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	await using world = await createWorld();
	await world.person('john.doe');
	await using store = await openStore({ url: await server.createDatabase('lost') });
	await using service = await startService(world, { store });
	const first = await accept(service, 1);
	await server.crash();
	await server.start();
	await until('it answers', async () => (await accept(service, 1)).status < 500);
	const again = await accept(service, 1);
	assert.deepEqual([again.body.id, again.body.skipped], [first.body.id, true]);
});
