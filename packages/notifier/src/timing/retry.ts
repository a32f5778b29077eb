// When a delivery is given up. Pure.
import type { Bounds } from './backoff.ts';

export interface RetryPolicy extends Bounds {
	/** Tries without a clear answer after which the delivery is dead. 0: it is never given up. Default 0. */
	readonly attempts: number;
	/** Milliseconds before the second try; it doubles with each further one, less a random quarter. Default 500. */
	readonly firstWait: number;
	/** Milliseconds between two tries at most. Default 30,000. */
	readonly longestWait: number;
}

export const defaultRetry: RetryPolicy = { attempts: 0, firstWait: 500, longestWait: 30_000 };

/** `own`: JSON of what this delivery wants different. */
export function retryPolicyOf(own: string | null, service: RetryPolicy): RetryPolicy {
	if (own === null) return service;
	const policy = { ...service, ...(JSON.parse(own) as Partial<RetryPolicy>) };
	return { ...policy, longestWait: Math.max(policy.firstWait, policy.longestWait) };
}

/** `failures`: tries without a clear answer so far. */
export function isUsedUp({ attempts }: RetryPolicy, failures: number): boolean {
	return attempts > 0 && failures >= attempts;
}

export const usedUpReason = (failures: number) => `given up after ${failures} tries without a clear answer`;
