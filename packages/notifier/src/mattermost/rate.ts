// How much may be asked of Mattermost in a time. Pure: the generic cell rate algorithm, whose whole state is one time.

export interface RateLimit {
	/** Calls to Mattermost a second, of all processes that share the database. */
	readonly perSecond: number;
	/** Calls that may come at once after a pause. Default: those of a tenth of a second, at least 1. */
	readonly burst?: number;
}

export interface Taken {
	/** How many calls may be made now. */
	readonly granted: number;
	/** The state from now on. */
	readonly full: number;
	/** Microseconds until one more may be made; 0: now. */
	readonly wait: number;
}

/** In microseconds: at 420 calls a second a millisecond is too coarse. */
const second = 1_000_000;

/**
 * Takes up to `count` calls. `full`: when the bucket, from which each call takes its part of a second, would be full again.
 * `debt`: calls that were made without asking, and are paid for now.
 */
export function takeCalls(
	full: number,
	{ count, debt, now }: { count: number; debt: number; now: number },
	limit: RateLimit,
): Taken {
	const each = second / limit.perSecond;
	const room = burstOf(limit) * each;
	const owed = Math.max(full, now) + debt * each;
	const free = Math.floor((now + room - owed) / each + 1e-6);
	const granted = Math.max(0, Math.min(count, free));
	const next = owed + granted * each;
	return { granted, full: Math.round(next), wait: Math.max(0, Math.ceil(next + each - room - now)) };
}

/** Calls that were taken and not made. */
export function giveBackCalls(full: number, count: number, { perSecond }: RateLimit): number {
	return Math.round(full - (count * second) / perSecond);
}

/** Nothing is granted for `pause` microseconds. */
export function pauseCalls(full: number, { pause, now }: { pause: number; now: number }, limit: RateLimit): number {
	const each = second / limit.perSecond;
	return Math.max(full, Math.round(now + pause + (burstOf(limit) - 1) * each));
}

const burstOf = ({ perSecond, burst = Math.ceil(perSecond / 10) }: RateLimit) => Math.max(1, burst);
