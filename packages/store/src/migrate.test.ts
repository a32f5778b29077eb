import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewerDatabaseError, StoreUsageError } from './errors.ts';
import { missingMigrations } from './migrate.ts';

const list = (...ids: string[]) => ids.map((id) => ({ id, up: async () => {} }));
const missing = (ids: string[], applied: string[]) =>
	missingMigrations('shop', list(...ids), applied).map(({ id }) => id);

test('what is not applied yet is applied, in order', () => {
	assert.deepEqual(missing(['001-a', '002-b', '003-c'], ['001-a']), ['002-b', '003-c']);
	assert.deepEqual(missing(['001-a'], ['001-a']), []);
});

test('a migration that the program does not know means a newer program was here', () => {
	assert.throws(() => missing(['001-a'], ['001-a', '002-b']), NewerDatabaseError);
});

test('a migration put in before one that was applied is refused, and so are ids out of order', () => {
	assert.throws(() => missing(['001-a', '002-b', '003-c'], ['001-a', '003-c']), StoreUsageError);
	for (const ids of [['002-b', '001-a'], ['001-a', '001-b'], ['1-a'], ['001 a']])
		assert.throws(() => missing(ids, []), StoreUsageError, ids.join());
});
