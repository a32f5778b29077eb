// Is a failed attempt repeated, and when? Decided here and nowhere else, without I/O.
import { type Backoff, backoff } from './backoff.ts';
import type { Repeat } from './options.ts';

export interface RetryPolicy extends Backoff {
	readonly maxRetries: number;
	readonly onStatus: ReadonlySet<number>;
}

/** What is known about the request when one of its attempts has failed. */
export interface AttemptState {
	/** Attempts made so far, from 1. */
	readonly attempts: number;
	readonly repeat: Repeat;
	/** False where the body was a stream that is used up. */
	readonly bodyAgain: boolean;
	/** Milliseconds left of the request's total time; Infinity where there is no limit. */
	readonly budget: number;
}

/** How the attempt failed. */
export type Outcome =
	| {
			readonly status: number;
			/** Milliseconds, as the server said. */
			readonly retryAfter: number | undefined;
			/** What `classify` says about this answer, over all rules but the limits of attempts and time. */
			readonly verdict?: RetryVerdict | undefined;
	  }
	| {
			/** False: no byte left this machine. */
			readonly sent: boolean;
			/** A wrong certificate stays wrong. */
			readonly passing: boolean;
	  };

/** `false`: give up. `after`: repeat after so many milliseconds, whatever the method. */
export type RetryVerdict = false | { readonly after: number };

export type GiveUp =
	| 'not an error that passes'
	| 'not safe to repeat'
	| 'body used up'
	| 'no retries left'
	| 'no time left';

export type Next = { readonly wait: number } | { readonly giveUp: GiveUp };

/** The statuses by which the server says that it did not act. */
const notActed = new Set([429, 503]);

export function nextAttempt(
	state: AttemptState,
	outcome: Outcome,
	policy: RetryPolicy,
	random: () => number = Math.random,
): Next {
	const verdict = 'status' in outcome ? outcome.verdict : undefined;
	if (verdict === undefined) {
		if (!mayPass(outcome, policy)) return { giveUp: 'not an error that passes' };
		if (!isSafe(state.repeat, outcome)) return { giveUp: 'not safe to repeat' };
	} else if (verdict === false) {
		return { giveUp: 'not an error that passes' };
	}
	if (!state.bodyAgain) return { giveUp: 'body used up' };
	if (state.attempts > policy.maxRetries) return { giveUp: 'no retries left' };
	const wait = waitBefore(state.attempts, outcome, policy, random);
	return wait < state.budget ? { wait } : { giveUp: 'no time left' };
}

function mayPass(outcome: Outcome, policy: RetryPolicy): boolean {
	return 'status' in outcome ? policy.onStatus.has(outcome.status) : outcome.passing;
}

function isSafe(repeat: Repeat, outcome: Outcome): boolean {
	if (repeat === 'safe') return true;
	if (repeat === 'never') return false;
	return 'status' in outcome ? notActed.has(outcome.status) : !outcome.sent;
}

function waitBefore(attempts: number, outcome: Outcome, policy: RetryPolicy, random: () => number): number {
	if ('status' in outcome) {
		const asked = outcome.verdict ? outcome.verdict.after : outcome.retryAfter;
		if (asked !== undefined) return Math.min(Math.max(asked, 0), policy.cap);
	}
	return backoff(attempts, policy, random);
}
