// What is asked for when a notification is taken in, and what comes of it.
import type { Plan } from '../timing/plan.ts';

export interface Acceptance extends Plan {
	/** Of the new delivery, should there be one. */
	readonly id: string;
	/** The key by which the notification is known: a repeat with it is skipped, whatever else it says. */
	readonly key: string;
	/** The caller's own key with the hash of the body that came with it. */
	readonly callerKey?: { readonly key: string; readonly bodyHash: string };
	/** Mattermost username in lower case. */
	readonly recipient: string;
	/** The application's own id of that person. */
	readonly appUserId?: string;
	readonly template: string;
	/** JSON. */
	readonly variables: string;
	/** Default: the person's. */
	readonly locale?: string | undefined;
	/** It goes out together with others of this name: `wait` milliseconds after the first of them. Default: alone. */
	readonly digest?: { readonly name: string; readonly wait: number } | undefined;
	/** Id of an earlier delivery: this one is said in its thread. Default: in none. */
	readonly replyTo?: string | undefined;
	/** Id of an earlier delivery: this one takes its place. Default: it has one of its own. */
	readonly updates?: string | undefined;
	/** Milliseconds for which the keys are kept. */
	readonly window: number;
}

export type Accepted =
	/** `id` is that of the digest, if it is part of one. */
	| { readonly kind: 'new'; readonly id: string }
	/** `by` says which key was known: the notification's own, or the caller's. */
	| { readonly kind: 'repeat'; readonly id: string; readonly by: 'notification' | 'caller' }
	/** The caller's key came with another body before. */
	| { readonly kind: 'conflict' };

/** Keys of callers stand apart from the notifications' own, so that nobody can take one of those by guessing it. */
export const callerKeyName = (key: string) => `caller:${key}`;
