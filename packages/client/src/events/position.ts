import type { LedgerEntry } from './membership-ledger.ts';
import type { Told } from './memory.ts';

/**
 * How far a stream was heard: given to `events({ position })` after a restart of the program, the stream goes on right there.
 * Plain JSON. It holds no token; whose it is stands in `userId`.
 */
export interface Position {
	readonly version: 1;
	readonly userId: string;
	/** Tells whether the token is still the same, and does not give it away. */
	readonly tokenMark?: string;
	/** The sessions of the user's access tokens by id: another one says that a token was without effect for a while. */
	readonly sessions?: readonly string[];
	/** Where the server may still be able to go on (for about five minutes). */
	readonly connection?: { readonly connectionId: string; readonly seq: number };
	/** When the stream was first opened; what happened before is not told. Milliseconds of the server's clock. */
	readonly begun: number;
	/** All that happened before this time was told. Milliseconds of the server's clock. */
	readonly at: number;
	/** By how much the server's clock was ahead of the machine's, milliseconds: shows when it was set in the meantime. */
	readonly ahead: number;
	/** Not all that the connection sent before `connection.seq` was told: it has to be read. */
	readonly behind: boolean;
	/** Posts told of lately: [id, update_at, edit_at, deleted]. */
	readonly posts: readonly (readonly [string, number, number, boolean])[];
	/** Changes of membership of which one half was told: the event, or the system post about it. */
	readonly memberships: readonly LedgerEntry[];
	/** The channels that the user was in, with their teams. */
	readonly channels?: Readonly<Record<string, string>>;
}

export function postsOf(told: Iterable<readonly [string, Told]>): Position['posts'] {
	return [...told].map(([id, { updateAt, editAt, deleted }]) => [id, updateAt, editAt, deleted]);
}

/** Whatever was told before a restart may have been told by a catch-up. */
export function toldBy(posts: Position['posts']): [string, Told][] {
	return posts.map(([id, updateAt, editAt, deleted]) => [id, { updateAt, editAt, deleted, caughtUp: 0 }]);
}

/** @throws TypeError for what is no position, e.g. of a damaged file */
export function readPosition(value: unknown): Position {
	const position = value as Position;
	const sound =
		typeof value === 'object' &&
		value !== null &&
		position.version === 1 &&
		typeof position.userId === 'string' &&
		typeof position.begun === 'number' &&
		typeof position.at === 'number' &&
		typeof position.ahead === 'number' &&
		Array.isArray(position.posts) &&
		Array.isArray(position.memberships);
	if (!sound) throw new TypeError('this is no position of an event stream (version 1)');
	return position;
}
