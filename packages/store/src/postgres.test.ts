import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort, startPostgres, until } from '@matterkit/testing';
import { sql } from 'kysely';
import { StoreOpenError } from './errors.ts';
import { openStore } from './open.ts';

test('after a crash of PostgreSQL queries work again, and who listens is woken and goes on listening', async (t) => {
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	await using store = await openStore({ url: await server.createDatabase('crashing') });
	let woken = 0;
	await using _listening = await store.listen('work', () => woken++);
	await server.crash();
	await assert.rejects(sql`select 1`.execute(store.db()));
	await server.start();
	await until('a query is answered', () =>
		sql`select 1`.execute(store.db()).then(
			() => true,
			() => false,
		),
	);
	await until('woken, since something may have been missed', () => woken === 1);
	await store.notify('work');
	await until('woken by a notification', () => woken === 2);
});

test('who could not listen because PostgreSQL was away is not woken once another can', async (t) => {
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	await using store = await openStore({ url: await server.createDatabase('away') });
	const woken: string[] = [];
	await server.crash();
	await assert.rejects(store.listen('work', () => woken.push('first')));
	await server.start();
	await using _listening = await store.listen('work', () => woken.push('second'));
	await until('it is woken', async () => {
		await store.notify('work').catch(() => {});
		return woken.length > 0;
	});
	assert.ok(!woken.includes('first'));
});

test('a crash of PostgreSQL in the middle of a query fails the query, and nothing else', async (t) => {
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	await using store = await openStore({ url: server.url });
	const asleep = assert.rejects(sql`select pg_sleep(30)`.execute(store.db()));
	const inTransaction = assert.rejects(store.transaction((tx) => sql`select pg_sleep(30)`.execute(tx)));
	await until('both run', async () => {
		const { rows } =
			await sql`select 1 from pg_stat_activity where query like '%pg_sleep(30)' and state = 'active'`.execute(
				store.db(),
			);
		return rows.length === 2;
	});
	await server.crash();
	await Promise.all([asleep, inTransaction]);
});

test('a server that is not there, and a login that is refused, are told without the password', async (t) => {
	const port = await freePort();
	const refused = (error: unknown) =>
		error instanceof StoreOpenError &&
		!error.message.includes('hush') &&
		error.message.includes(`127.0.0.1:${port}/shop`);
	await assert.rejects(openStore({ url: `postgres://me:hush@127.0.0.1:${port}/shop` }), refused);
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	const missing = new URL(server.url);
	missing.password = 'hush';
	missing.pathname = '/no_such_database';
	await assert.rejects(
		openStore({ url: missing.href }),
		(error: unknown) =>
			error instanceof StoreOpenError && /no_such_database/.test(error.message) && !error.message.includes('hush'),
	);
});
