// The states of a delivery and the ways between them. The same list stands in a CHECK of the table.

/**
 * - `pending`: accepted, and surely not posted: no attempt was made, or the only one was refused before it did anything
 * - `sending`: target and text are stored, a post is under way; when its lease ends unanswered it counts as `unknown`
 * - `unknown`: an attempt was made and nobody knows whether the post exists: look before posting again
 * - `sent`: the post exists, its id is known
 * - `dead`: Mattermost said that this post can't be made
 */
export const states = ['pending', 'sending', 'unknown', 'sent', 'dead'] as const;
export type State = (typeof states)[number];

/** Still to be done by a worker. */
export const unfinished = ['pending', 'sending', 'unknown'] as const satisfies readonly State[];
export type Unfinished = (typeof unfinished)[number];

/** What a worker that claimed a delivery in this state does first. */
export type FirstStep = 'decide' | 'look-up';

export function firstStep(state: State): FirstStep {
	switch (state) {
		case 'pending':
			return 'decide';
		// The claim means that the lease of whoever was sending has ended.
		case 'sending':
		case 'unknown':
			return 'look-up';
		case 'sent':
		case 'dead':
			throw new Error(`bug: a delivery that is ${state} was claimed`);
		default:
			throw new Error(`bug: unknown state ${state satisfies never}`);
	}
}

export function isFinished(state: State): state is 'sent' | 'dead' {
	return state === 'sent' || state === 'dead';
}
