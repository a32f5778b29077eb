import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { closeCodes } from './close-codes.ts';

test('every close code that the gateway sends stands in the table for users', () => {
	const page = readFileSync(new URL('../../../../docs/gateway-protocols.md', import.meta.url), 'utf8');
	const table = page.slice(page.indexOf('## Close codes'), page.indexOf('## Limits'));
	const told = new Set([...table.matchAll(/^\| (\d{4}) /gm)].map(([, code]) => Number(code)));
	assert.deepEqual(
		Object.values(closeCodes).filter((code) => !told.has(code)),
		[],
	);
});
