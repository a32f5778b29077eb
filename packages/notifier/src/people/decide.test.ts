import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideTarget } from './decide.ts';

test('after-first-message: a mention until they have written, then the channel in which they wrote', () => {
	assert.deepEqual(decideTarget('after-first-message', undefined), { kind: 'mention' });
	assert.deepEqual(decideTarget('after-first-message', 'c1'), { kind: 'dm', channelId: 'c1' });
});

test('always: a direct message, in a channel that is made where there is none', () => {
	assert.deepEqual(decideTarget('always', undefined), { kind: 'dm', channelId: undefined });
	assert.deepEqual(decideTarget('always', 'c1'), { kind: 'dm', channelId: 'c1' });
});

test('never: a mention, whatever they wrote', () => {
	assert.deepEqual(decideTarget('never', 'c1'), { kind: 'mention' });
});
