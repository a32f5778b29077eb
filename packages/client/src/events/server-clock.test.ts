import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerClock } from './server-clock.ts';

test('the time of the server is known between two answers', () => {
	const clock = new ServerClock();
	assert.equal(clock.at(5), 0);
	clock.heard(1_000_000, 90, 110);
	assert.equal(clock.at(600), 1_000_500);
	assert.equal(clock.last, 1_000_000);
});

test('a clock that was set back is noticed, one that was set forward does not matter', () => {
	const clock = new ServerClock();
	clock.heard(1_000_000, 0, 10);
	clock.heard(1_060_000, 1_000, 1_010);
	assert.equal(clock.setBack <= 10, true);
	clock.forgive();
	clock.heard(1_031_000, 2_000, 2_010);
	assert.ok(clock.setBack >= 30_000 && clock.setBack <= 30_020, `${clock.setBack}`);
	clock.heard(1_012_000, 3_000, 3_010);
	assert.ok(clock.setBack >= 50_000 && clock.setBack <= 50_040, 'twice back adds up');
	clock.forgive();
	assert.equal(clock.setBack, 0);
});

test('over a restart of the program a clock that was set back is noticed by that of the machine', () => {
	const before = new ServerClock();
	before.heard(1_005_000, 0, 0);
	const ahead = before.ahead(100, 1_000_100);
	assert.equal(ahead, 5_000);
	const after = new ServerClock();
	after.restore(ahead, 7, 1_020_000);
	after.heard(1_015_000, 7, 7);
	assert.ok(after.setBack >= 9_000 && after.setBack <= 10_000, `${after.setBack}`);
});

test('a clock set back that is not made up for yet is noticed again after a restart', () => {
	const clock = new ServerClock();
	clock.heard(100_000, 0, 0);
	clock.heard(80_000, 1_000, 1_000);
	const restarted = new ServerClock();
	restarted.restore(clock.ahead(1_000, 50_000), 0, 50_000);
	restarted.heard(81_000, 1_000, 1_000);
	assert.ok(restarted.setBack >= 20_000, `${restarted.setBack}`);
	restarted.forgive();
	const later = new ServerClock();
	later.restore(restarted.ahead(1_000, 51_000), 0, 51_000);
	later.heard(82_000, 1_000, 1_000);
	assert.ok(later.setBack < 2_000, `${later.setBack}`);
});
