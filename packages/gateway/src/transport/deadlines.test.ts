import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultLimits } from '../engine/limits.ts';
import { Deadlines } from './deadlines.ts';

const open = { isOpen: true, idleSince: undefined, expiresAt: undefined };

test('a client has so long for connection_init', () => {
	const deadlines = new Deadlines({ ...defaultLimits, initTimeout: 10_000 }, 0);
	const fresh = { ...open, isOpen: false };
	assert.deepEqual(deadlines.due(fresh, 9_999), []);
	assert.deepEqual(deadlines.due(fresh, 10_000), ['init-timeout']);
});

test('a socket without operations is idle after so long, one with an operation never', () => {
	const deadlines = new Deadlines({ ...defaultLimits, idleTimeout: 5_000, pingInterval: 1e9 }, 0);
	assert.deepEqual(deadlines.due({ ...open, idleSince: 1_000 }, 5_999), []);
	assert.deepEqual(deadlines.due({ ...open, idleSince: 1_000 }, 6_000), ['idle']);
	assert.deepEqual(deadlines.due(open, 6_000), []);
});

test('the end of a token is warned of once, and again for a fresh one', () => {
	const deadlines = new Deadlines({ ...defaultLimits, expiryWarning: 60_000, pingInterval: 1e9 }, 1e6);
	const facts = { ...open, expiresAt: 1e6 + 70_000 };
	assert.deepEqual(deadlines.due(facts, 1e6 + 9_999), []);
	assert.deepEqual(deadlines.due(facts, 1e6 + 10_000), ['warn']);
	assert.deepEqual(deadlines.due(facts, 1e6 + 11_000), []);
	deadlines.renewed();
	const fresh = { ...open, expiresAt: 1e6 + 80_000 };
	assert.deepEqual(deadlines.due(fresh, 1e6 + 12_000), []);
	assert.deepEqual(deadlines.due(fresh, 1e6 + 20_000), ['warn', 'keep-alive']);
	assert.deepEqual(deadlines.due(fresh, 1e6 + 80_000), ['expired']);
});

test('a client is pinged at intervals, and is dead when nothing came since the last ping', () => {
	const deadlines = new Deadlines({ ...defaultLimits, pingInterval: 10_000 }, 0);
	assert.deepEqual(deadlines.due(open, 10_000), ['ping']);
	deadlines.heard();
	assert.deepEqual(deadlines.due(open, 20_000), ['keep-alive', 'ping']);
	assert.deepEqual(deadlines.due(open, 29_999), []);
	assert.deepEqual(deadlines.due(open, 30_000), ['dead']);
});

test('keep-alives come twice as often as the legacy client looks for them', () => {
	const deadlines = new Deadlines({ ...defaultLimits, pingInterval: 1e9 }, 0);
	const at = [];
	for (let now = 0; now <= 60_000; now += 1_000) if (deadlines.due(open, now).includes('keep-alive')) at.push(now);
	assert.deepEqual(at, [15_000, 30_000, 45_000, 60_000]);
});
