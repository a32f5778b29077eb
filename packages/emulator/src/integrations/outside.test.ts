import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowed } from './outside.ts';

test('an address inside the network is called when its name, itself or its network is allowed', () => {
	assert.equal(isAllowed('hooks.local', ['10.1.2.3'], 'localhost, hooks.local'), true);
	assert.equal(isAllowed('10.1.2.3', ['10.1.2.3'], '10.0.0.0/8'), true);
	assert.equal(isAllowed('::1', ['::1'], '127.0.0.1 ::1'), true);
	assert.equal(isAllowed('10.1.2.3', ['10.1.2.3'], '127.0.0.0/8 192.168.0.0/16'), false);
});

test('a name with one address that is not allowed is refused', () => {
	assert.equal(isAllowed('two.local', ['127.0.0.1', '10.0.0.1'], '127.0.0.0/8'), false);
});
