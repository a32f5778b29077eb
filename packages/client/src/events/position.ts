import type { ResumePoint } from './machine-inputs.ts';
import type { Booking, LedgerEntry, MembershipLedger } from './membership-ledger.ts';
import type { PostMemory, Told, Undo } from './memory.ts';
import type { ChannelTeams } from './my-channels.ts';

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
	/** `ahead` may be off by this much. Milliseconds; default 0. */
	readonly within?: number;
	/** Not all that the connection sent before `connection.seq` was told: it has to be read. */
	readonly behind: boolean;
	/** Posts told of lately: [id, update_at, edit_at, deleted]. */
	readonly posts: readonly (readonly [string, number, number, boolean])[];
	/** Changes of membership of which one half was told: the event, or the system post about it. */
	readonly memberships: readonly LedgerEntry[];
	/** The channels that the user was in, with their teams. */
	readonly channels?: Readonly<Record<string, string>>;
}

/** How the stream stood before an event that is still to be taken, or how to find out. */
export interface Before {
	readonly at: number;
	/** undefined: the event was made up. */
	readonly from: ResumePoint | undefined;
	readonly undo: Undo | undefined;
	readonly booking: Booking | undefined;
	/** undefined: the event changed nothing about them. */
	readonly channels: ChannelTeams | undefined;
}

export interface PositionLink {
	readonly next: ResumePoint | undefined;
	readonly behind: boolean;
	readonly tokenMark: string | undefined;
	readonly sessions: readonly string[] | undefined;
}

/** By how much the server's clock is ahead of the machine's, give or take, and by how much it was set back. Milliseconds. */
export interface PositionClock {
	readonly ahead: number;
	readonly within: number;
	readonly lowered: number;
}

/** How the stream stands behind all that came. */
export interface Standing {
	readonly stream: {
		readonly userId: string;
		readonly at: number;
		readonly begun: number | undefined;
		readonly channels: ChannelTeams | undefined;
		readonly memory: PostMemory;
		readonly ledger: MembershipLedger;
	};
	/** What waits lies before a gap that is still to be read. */
	readonly gap: boolean;
	/** The first event that is held back, if any. */
	readonly held: ResumePoint | undefined;
	readonly link: PositionLink;
	readonly clock: PositionClock;
}

/** The position of a consumer who has not taken what waits. */
export function positionBefore(waiting: readonly Before[], { stream, gap, held, link, clock }: Standing): Position {
	const { userId, memory, ledger } = stream;
	const { next, tokenMark, sessions } = link;
	const before = new Map<string, Told | undefined>();
	for (const { undo } of waiting.toReversed()) if (undo) before.set(undo.id, undo.before);
	// What waits came before what is held back, and that before what comes next. Only what the present connection sent can be
	// asked for by number, and only from behind the last gap: what was made up for a gap has no number.
	const lastMadeUp = waiting.findLastIndex(({ from }) => from === undefined);
	const from = (gap ? undefined : waiting[lastMadeUp + 1]?.from) ?? held ?? next;
	const connection =
		from && from.connectionId === next?.connectionId ? { connectionId: from.connectionId, seq: from.seq } : undefined;
	// Lower than that of what came before where the clock was set back.
	const at = waiting.reduce((least, { at }) => Math.min(least, at), stream.at);
	const begun = stream.begun === undefined ? 0 : stream.begun - clock.lowered;
	const channels = waiting.find(({ channels }) => channels)?.channels ?? stream.channels;
	return {
		version: 1,
		userId,
		begun,
		// What came before the first pong stands at 0: nothing before `begun` was ever promised.
		at: at === 0 ? begun : at - clock.lowered,
		ahead: clock.ahead,
		within: clock.within,
		behind: link.behind || lastMadeUp >= 0 || connection === undefined,
		posts: postsOf(memory.entries(), before),
		memberships: ledger.openBefore(waiting.flatMap(({ booking }) => booking ?? [])),
		...(tokenMark ? { tokenMark } : {}),
		...(sessions ? { sessions } : {}),
		...(connection ? { connection } : {}),
		...(channels ? { channels: Object.fromEntries(channels) } : {}),
	};
}

/** Not spread or mapped: of tens of thousands of posts, once a second. */
function postsOf(
	told: Iterable<readonly [string, Told]>,
	before: ReadonlyMap<string, Told | undefined>,
): Position['posts'] {
	const posts: Position['posts'][number][] = [];
	for (const [id, last] of told) {
		const known = before.has(id) ? before.get(id) : last;
		if (known) posts.push([id, known.updateAt, known.editAt, known.deleted]);
	}
	return posts;
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
