import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isQuiet, parseTimeOfDay, quietUntil, wallMinutes, writtenTimeOfDay } from './quiet-hours.ts';

const quiet = (start: string, end: string) => ({ start: parseTimeOfDay(start) ?? -1, end: parseTimeOfDay(end) ?? -1 });
const until = (hours: ReturnType<typeof quiet>, timeZone: string, now: string) => {
	const end = quietUntil(hours, timeZone, Date.parse(now));
	return end === undefined ? undefined : new Date(end).toISOString().slice(0, 16);
};

test('over night it is quiet until the morning of the person’s own time zone', () => {
	const night = quiet('22:00', '07:00');
	assert.equal(until(night, 'Europe/Vienna', '2026-01-10T21:30:00Z'), '2026-01-11T06:00');
	assert.equal(until(night, 'Europe/Vienna', '2026-01-10T05:59:59.999Z'), '2026-01-10T06:00');
	assert.equal(until(night, 'Europe/Vienna', '2026-01-10T06:00:00Z'), undefined);
	assert.equal(until(night, 'Europe/Vienna', '2026-01-10T20:59:59Z'), undefined);
	assert.equal(until(night, 'Asia/Kolkata', '2026-01-10T16:30:00Z'), '2026-01-11T01:30');
	assert.equal(until(quiet('12:00', '13:00'), 'America/New_York', '2026-07-01T16:15:00Z'), '2026-07-01T17:00');
});

test('the night in which clocks are put forward is an hour shorter, the one in which they are put back an hour longer', () => {
	const night = quiet('22:00', '07:00');
	assert.equal(until(night, 'Europe/Vienna', '2026-03-28T21:00:00Z'), '2026-03-29T05:00');
	assert.equal(until(night, 'Europe/Vienna', '2026-10-24T20:00:00Z'), '2026-10-25T06:00');
});

test('an end that the clock jumps over is the moment of the jump', () => {
	assert.equal(until(quiet('22:00', '02:30'), 'Europe/Vienna', '2026-03-28T22:00:00Z'), '2026-03-29T01:00');
});

test('an hour that comes twice is quiet twice', () => {
	const hours = quiet('22:00', '02:30');
	assert.equal(until(hours, 'Europe/Vienna', '2026-10-25T00:00:00Z'), '2026-10-25T00:30');
	assert.equal(until(hours, 'Europe/Vienna', '2026-10-25T00:45:00Z'), undefined);
	assert.equal(until(hours, 'Europe/Vienna', '2026-10-25T01:00:00Z'), '2026-10-25T01:30');
});

test('a day that a place leaves out does not end the quiet early', () => {
	// Samoa went from the 29th to the 31st of December 2011.
	assert.equal(until(quiet('22:00', '07:00'), 'Pacific/Apia', '2011-12-30T09:00:00Z'), '2011-12-30T17:00');
});

const zones = Intl.supportedValuesOf('timeZone');
const minuteOfDay = fc.integer({ min: 0, max: 1_439 });
const hours = fc.record({ start: minuteOfDay, end: minuteOfDay }).filter(({ start, end }) => start !== end);

/** Some hours around a change of the clocks in that zone and year, if there is one. */
function changeIn(timeZone: string, year: number): number | undefined {
	const hour = 3_600_000;
	const distance = (at: number) => (wallMinutes(timeZone, at) - Math.floor(at / 60_000)) % 1_440;
	for (let month = 0; month < 12; month++) {
		let [from, to] = [Date.UTC(year, month), Date.UTC(year, month + 1)];
		if ((distance(from) - distance(to)) % 1_440 === 0) continue;
		while (to - from > hour) {
			const middle = (from + to) / 2;
			if ((distance(middle) - distance(from)) % 1_440 === 0) from = middle;
			else to = middle;
		}
		return from;
	}
	return undefined;
}

test('in any zone and at any change of the clocks, all minutes before the end are quiet and the end is not', () => {
	let changes = 0;
	fc.assert(
		fc.property(
			fc.constantFrom(...zones),
			fc.integer({ min: 1990, max: 2030 }),
			fc.integer({ min: -30 * 60, max: 6 * 60 }),
			hours,
			(timeZone, year, minutes, hours) => {
				const change = changeIn(timeZone, year);
				if (change !== undefined) changes++;
				const now = Math.floor(change ?? Date.UTC(year, 5, 1)) + minutes * 60_000;
				const end = quietUntil(hours, timeZone, now);
				const isQuietAt = (at: number) => isQuiet(hours, wallMinutes(timeZone, at));
				if (end === undefined) return assert.ok(!isQuietAt(now));
				assert.ok(end > now && end <= now + 2 * 86_400_000);
				assert.ok(!isQuietAt(end), 'the end is not quiet');
				assert.ok(isQuietAt(end - 1), 'right before it is quiet');
				for (let at = now; at < end; at += 5 * 60_000) assert.ok(isQuietAt(at), new Date(at).toISOString());
			},
		),
		{ numRuns: 400 },
	);
	assert.ok(changes > 100, `${changes} runs met a change`);
});

test('times of day are read and written', () => {
	fc.assert(fc.property(minuteOfDay, (minutes) => assert.equal(parseTimeOfDay(writtenTimeOfDay(minutes)), minutes)));
	for (const text of ['24:00', '7:00', '07:60', '', '22', '22:00:00'])
		assert.equal(parseTimeOfDay(text), undefined, text);
});
