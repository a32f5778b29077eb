import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearerCheck } from './authenticate.ts';

test('only the right key in a Bearer header is let in', () => {
	const isAdmin = bearerCheck('the-right-key');
	for (const header of ['Bearer the-right-key', 'bearer the-right-key', 'Bearer  the-right-key '])
		assert.ok(isAdmin(header), header);
	for (const header of [
		undefined,
		'',
		'Bearer',
		'Bearer ',
		'the-right-key',
		'Bearer the-right-ke',
		'Bearer the-right-key2',
		'Basic the-right-key',
		'Bearer a the-right-key',
	])
		assert.ok(!isAdmin(header), String(header));
});

test('an empty key lets nobody in', () => {
	for (const header of [undefined, '', 'Bearer ', 'Bearer x']) assert.ok(!bearerCheck('')(header));
});
