// The states of a delivery and the ways between them. The same list stands in a CHECK of the table.

/**
 * - `scheduled`: accepted, its time has not come: in nobody's line yet
 * - `pending`: in line, and surely not posted: no attempt was made, or the only one was refused before it did anything
 * - `sending`: target and text are stored, a post is under way; when its lease ends unanswered it counts as `unknown`
 * - `unknown`: an attempt was made and nobody knows whether the post exists: look before posting again
 * - `sent`: the post exists, its id is known
 * - `dead`: Mattermost said that this post can't be made, or its retries are used up. Can be replayed
 * - `cancelled`: taken back before it was posted
 * - `expired`: it was not posted in time, and is not wanted any more
 */
export const states = ['scheduled', 'pending', 'sending', 'unknown', 'sent', 'dead', 'cancelled', 'expired'] as const;
export type State = (typeof states)[number];

/** In the line of its recipient: to be done by a worker as soon as it is its turn. */
export const inLine = ['pending', 'sending', 'unknown'] as const satisfies readonly State[];

/** Something will still become of it. */
export const unfinished = ['scheduled', ...inLine] as const satisfies readonly State[];
export type Unfinished = (typeof unfinished)[number];
export type Finished = Exclude<State, Unfinished>;

/** Surely not posted, and not being posted: may be cancelled, and expires. */
export const notBegun = ['scheduled', 'pending'] as const satisfies readonly State[];

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
		case 'scheduled':
		case 'sent':
		case 'dead':
		case 'cancelled':
		case 'expired':
			throw new Error(`bug: a delivery that is ${state} was claimed`);
		default:
			throw new Error(`bug: unknown state ${state satisfies never}`);
	}
}

export function isFinished(state: State): state is Finished {
	return !(unfinished as readonly State[]).includes(state);
}
