// When a person does not want to be disturbed, by the clock on their wall. Pure; time zones by Intl alone.

/** Minutes of the wall clock, 0 to 1439. From `start` until before `end`, over midnight where `end` is the smaller one; never equal. */
export interface QuietHours {
	readonly start: number;
	readonly end: number;
}

const minute = 60_000;
const day = 1_440;

/**
 * When the quiet that holds at `now` ends: the first moment at which the clock on the wall shows a time that is not quiet.
 * undefined: it is not quiet. Where clocks are put forward over the end, that is the moment of the change; where they are put back into the
 * quiet hours, it is quiet again.
 */
export function quietUntil(quiet: QuietHours, timeZone: string, now: number): number | undefined {
	let at = now;
	if (!isQuiet(quiet, wallMinutes(timeZone, at))) return undefined;
	// Each round ends the quiet or gets past one change of the clocks.
	for (;;) {
		const offset = offsetAt(timeZone, at);
		const wall = at + offset;
		const minuteOfDay = Math.floor(wall / minute);
		const left = modulo(quiet.end - minuteOfDay, day) || day;
		const end = (minuteOfDay + left) * minute - offset;
		const change = firstChange(timeZone, at, end);
		if (change === undefined) return end;
		if (!isQuiet(quiet, wallMinutes(timeZone, change))) return change;
		at = change;
	}
}

export function isQuiet({ start, end }: QuietHours, minuteOfDay: number): boolean {
	return start < end ? minuteOfDay >= start && minuteOfDay < end : minuteOfDay >= start || minuteOfDay < end;
}

/** Minutes since midnight on the wall. */
export function wallMinutes(timeZone: string, at: number): number {
	return modulo(Math.floor((at + offsetAt(timeZone, at)) / minute), day);
}

/** The first millisecond after `from`, up to `to`, with another distance from UTC; undefined: the clocks are not changed. */
function firstChange(timeZone: string, from: number, to: number): number | undefined {
	const offset = offsetAt(timeZone, from);
	// Quiet hours last a day at most, and no zone changes its clocks twice in one.
	if (offsetAt(timeZone, to) === offset) return undefined;
	let [before, after] = [from, to];
	while (after - before > 1) {
		const middle = Math.floor((before + after) / 2);
		if (offsetAt(timeZone, middle) === offset) before = middle;
		else after = middle;
	}
	return after;
}

/** Milliseconds by which the clock on the wall is ahead of UTC. */
function offsetAt(timeZone: string, at: number): number {
	const second = Math.floor(at / 1000) * 1000;
	const parts: Record<string, number> = {};
	for (const { type, value } of clockOf(timeZone).formatToParts(second)) parts[type] = Number(value);
	const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = parts;
	return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Kept: making one is much slower than asking it. There are some 600 zones. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
	const known = clocks.get(timeZone);
	if (known) return known;
	const clock = new Intl.DateTimeFormat('en-US', {
		timeZone,
		calendar: 'gregory',
		numberingSystem: 'latn',
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	});
	clocks.set(timeZone, clock);
	return clock;
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;

/** `22:00`, in minutes; undefined: no time of day. */
export function parseTimeOfDay(text: string): number | undefined {
	const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
	return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

export function writtenTimeOfDay(minutes: number): string {
	return [Math.floor(minutes / 60), minutes % 60].map((number) => String(number).padStart(2, '0')).join(':');
}
