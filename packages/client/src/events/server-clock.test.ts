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

test('a slow answer is not taken for a clock that was set', () => {
	const clock = new ServerClock();
	clock.heard(1_000_000, 0, 10);
	clock.heard(1_001_400, 1_000, 1_500);
	clock.heard(1_002_010, 2_000, 2_010);
	// 100 ms in 300 s: the quartz of one of the two.
	clock.heard(1_301_900, 302_000, 302_000);
	assert.deepEqual([clock.skew, clock.complete], [{ lowered: 0, raised: 0 }, 1_301_900]);
});

test('after a clock was set forward, what was made by the old time just before counts as not told yet', () => {
	const clock = new ServerClock();
	clock.heard(1_000_000, 0, 10);
	clock.heard(1_021_000, 1_000, 1_010);
	assert.ok(clock.complete >= 1_000_980 && clock.complete <= 1_001_000, `${clock.complete}`);
	clock.heard(1_022_000, 2_000, 2_010);
	assert.equal(clock.complete, 1_022_000);
});

test('a clock that was set back is noticed, also when it was set forward in between', () => {
	const clock = new ServerClock();
	clock.heard(1_000_000, 0, 10);
	clock.heard(1_060_000, 1_000, 1_010);
	assert.equal(clock.skew.raised <= 10, true);
	clock.forgive();
	clock.heard(1_031_000, 2_000, 2_010);
	assert.ok(clock.skew.raised >= 30_000 && clock.skew.raised <= 30_020, `${clock.skew.raised}`);
	clock.heard(1_012_000, 3_000, 3_010);
	assert.ok(clock.skew.raised >= 50_000 && clock.skew.raised <= 50_040, 'twice back adds up');
	clock.forgive();
	assert.equal(clock.skew.raised, 0);
});

test('a clock set back and forward again hides what was made in between, not what was made before', () => {
	const clock = new ServerClock();
	clock.heard(1_000_000, 0, 0);
	clock.heard(981_000, 1_000, 1_000);
	clock.heard(1_002_000, 2_000, 2_000);
	assert.deepEqual(clock.skew, { lowered: 20_000, raised: 0 });
});

test('over a restart of the program a clock that was set back is noticed by that of the machine', () => {
	const before = new ServerClock();
	before.heard(1_005_000, 0, 0);
	const ahead = before.ahead(100, 1_000_100);
	assert.equal(ahead, 5_000);
	const after = new ServerClock();
	after.restore(ahead, 7, 1_020_000);
	after.heard(1_015_000, 7, 7);
	assert.ok(after.skew.raised >= 10_000 && after.skew.raised <= 10_200, `${after.skew.raised}`);
});

test('a clock set back that is not made up for yet is noticed again after a restart', () => {
	const clock = new ServerClock();
	clock.heard(100_000, 0, 0);
	clock.heard(80_000, 1_000, 1_000);
	const restarted = new ServerClock();
	restarted.restore(clock.ahead(1_000, 50_000), 0, 50_000);
	restarted.heard(81_000, 1_000, 1_000);
	assert.ok(restarted.skew.raised >= 20_000, `${restarted.skew.raised}`);
	restarted.forgive();
	const later = new ServerClock();
	later.restore(restarted.ahead(1_000, 51_000), 0, 51_000);
	later.heard(82_000, 1_000, 1_000);
	assert.ok(later.skew.raised === 0, `${later.skew.raised}`);
});

test('a slow answer before a restart is not taken for a clock that was set', () => {
	for (const server of [1_000_000, 1_000_500, 1_001_000]) {
		const before = new ServerClock();
		before.heard(server, 0, 1_000);
		const after = new ServerClock();
		after.restore(before.ahead(1_000, 51_000), 1_000, 51_000, before.within);
		after.heard(server, 1_000 - (1_001_000 - server), 1_000);
		assert.deepEqual([after.skew, after.within <= 500], [{ lowered: 0, raised: 0 }, true]);
	}
	const again = new ServerClock();
	again.restore(0, 1_000, 51_000, 700);
	assert.equal(again.within, 700, 'it does not grow from restart to restart');
});
