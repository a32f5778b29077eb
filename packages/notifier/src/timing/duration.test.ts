import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from './duration.ts';

test('durations are read in units from milliseconds to days; a plain number is seconds', () => {
	assert.deepEqual(
		['500ms', '10s', '1m', '10', '0.5s', '12h', '30d'].map(parseDuration),
		[500, 10_000, 60_000, 10_000, 500, 43_200_000, 2_592_000_000],
	);
});

test('what is no duration is none', () => {
	for (const text of ['', 's', '-1s', '1 s', '1e3', '10ss', '9999999', 'constructor'])
		assert.equal(parseDuration(text), undefined, text);
});
