import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MattermostClock } from './mattermost-clock.ts';

const header = (time: number) => new Date(Math.floor(time / 1_000) * 1_000).toUTCString();
const start = Date.UTC(2026, 0, 1);

test('clocks that agree as far as can be told count as the same', () => {
	let now = start;
	const clock = new MattermostClock(() => now);
	clock.observe(now, undefined);
	assert.equal(clock.at(now), now);
	const asked = now;
	now += 20;
	clock.observe(asked, header(now));
	assert.equal(clock.at(now), now);
});

test('whatever the difference, it is known within two round trips after answers spread over a second', () => {
	fc.assert(
		fc.property(fc.integer({ min: -3_600_000, max: 3_600_000 }), fc.integer({ min: 1, max: 40 }), (ahead, trip) => {
			let now = start;
			const clock = new MattermostClock(() => now);
			for (let i = 0; i < 300; i++) {
				const asked = now;
				now += trip;
				clock.observe(asked, header(now - trip / 2 + ahead));
				now += 7;
			}
			assert.ok(Math.abs(clock.at(now) - (now + ahead)) <= 2 * trip + 20);
		}),
	);
});

test('a clock that is set anew is followed', () => {
	let now = start;
	const clock = new MattermostClock(() => now);
	clock.observe(now, header(now + 60_000));
	assert.ok(clock.at(now) >= now + 59_000);
	now += 10;
	clock.observe(now, header(now));
	assert.ok(Math.abs(clock.at(now) - now) <= 1_000);
});
