import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerClock } from './server-clock.ts';

test("Mattermost's time is known to about a second, however wrong this machine's clock is", () => {
	const truth = Date.parse('2026-01-10T12:00:00.700Z');
	for (const wrong of [0, 3_600_000, -86_400_000]) {
		let local = truth + wrong;
		const clock = new ServerClock(() => local);
		clock.observe('Sat, 10 Jan 2026 12:00:00 GMT');
		local += 5_000;
		assert.ok(Math.abs(clock.now() - (truth + 5_000)) <= 1_000);
	}
});

test("this machine's clock being set changes nothing", (t) => {
	const truth = Date.parse('2026-01-10T12:00:00.700Z');
	t.mock.timers.enable({ apis: ['Date'], now: truth });
	const clock = new ServerClock();
	clock.observe('Sat, 10 Jan 2026 12:00:00 GMT');
	for (const set of [3_600_000, -3_600_000]) {
		t.mock.timers.setTime(truth + set);
		assert.ok(Math.abs(clock.now() - truth) <= 2_000);
	}
});

test("before any answer it is this machine's time; after a header that is no date, the last known time goes on", () => {
	const clock = new ServerClock(() => 1_000);
	assert.ok(Math.abs(clock.now() - Date.now()) <= 1_000);
	clock.observe('Thu, 01 Jan 1970 00:00:09 GMT');
	clock.observe(undefined);
	clock.observe('yesterday');
	assert.equal(clock.now(), 9_500);
});

test('what happened just after the clock was set back counts as early as it was, once that is known', () => {
	let local = 1_000_000;
	const clock = new ServerClock(() => local);
	const at = Date.parse('2026-01-10T12:00:00Z');
	clock.observe(new Date(at).toUTCString());
	const believed = clock.now();
	local += 5_000;
	const timeOf = clock.timeOf({ believed, age: 5_000 });
	assert.equal(timeOf(), believed);
	clock.observe(new Date(at - 600_000 + 5_000).toUTCString());
	local += 3_000;
	assert.equal(timeOf(), believed - 600_000);
	clock.observe(new Date(at + 600_000).toUTCString());
	assert.equal(timeOf(), believed, 'set forward since');
});
