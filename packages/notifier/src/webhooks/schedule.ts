// When a message to a webhook is tried again. Pure.

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Milliseconds before the second try, the third, …: a day and a bit in all. */
const waits = [5 * second, 30 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour];

/** What a try came to. `status`: of the answer; undefined: there was none. */
export interface WebhookOutcome {
	readonly status?: number | undefined;
	/** Why there was none. */
	readonly error?: string | undefined;
	/** Milliseconds that the receiver wants to be left alone. */
	readonly retryAfter?: number | undefined;
}

export type NextStep =
	| { readonly kind: 'delivered' }
	| { readonly kind: 'again'; readonly wait: number }
	| { readonly kind: 'dead' }
	/** The receiver does not want the webhook any more. */
	| { readonly kind: 'gone' };

/** `attempts`: with this one. A redirect is no delivery: it may lead anywhere. */
export function nextStep(
	{ status, retryAfter = 0 }: WebhookOutcome,
	attempts: number,
	random: () => number = Math.random,
): NextStep {
	if (status !== undefined && status >= 200 && status < 300) return { kind: 'delivered' };
	if (status === 410) return { kind: 'gone' };
	const wait = waits[attempts - 1];
	if (wait === undefined) return { kind: 'dead' };
	return { kind: 'again', wait: Math.max(wait * (1 + random() / 5), Math.min(retryAfter, hour)) };
}
