import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPostgres } from './postgres.ts';

test('a PostgreSQL of the test own takes connections and is gone afterwards', async (t) => {
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	assert.match(await server.createDatabase('a_test'), /\/a_test$/);
});
