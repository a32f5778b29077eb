import type { Post } from '@mattermost/types/posts';
import type { EventBody } from './event.ts';
import { changeOfEvent, changeOfPost, type MembershipChange, mayBeMembershipPost } from './membership.ts';

export interface LedgerEntry {
	readonly change: MembershipChange;
	/** Events told less system posts told. Below zero: a change that no event told of yet. */
	readonly balance: number;
	/** When it was last heard of; milliseconds of the server's clock. */
	readonly at: number;
}

/** What was told of a change: `1` its event, `-1` the system post about it. */
export interface Booking {
	readonly change: MembershipChange;
	readonly by: 1 | -1;
	/** When it was heard of; milliseconds of the server's clock. */
	readonly at: number;
}

/** Live, an event and its system post come within this time of each other. Milliseconds. */
const apart = 5_000;

/**
 * The server tells a change of membership twice, by an event and by a system post, in either order, and a connection may be cut
 * between the two. This counts both, so that the event is neither missed nor told twice.
 */
export class MembershipLedger {
	readonly #entries = new Map<string, LedgerEntry>();

	/** Its event, or the system post about it, was told. */
	book({ change, by, at }: Booking): void {
		const entry = this.#entry(change, at);
		this.#set({ ...entry, balance: entry.balance + by });
	}

	/** Events told of a change at about that time, less system posts told of it. */
	balance(change: MembershipChange, at: number): number {
		const known = this.#entries.get(keyOf(change));
		return known && Math.abs(at - known.at) <= apart ? known.balance : 0;
	}

	/** Was a system post about it told, and its event not? */
	lacksEvent(change: MembershipChange): boolean {
		return (this.#entries.get(keyOf(change))?.balance ?? 0) < 0;
	}

	/** Changes whose system post was told at `from` or later, and whose event was not. */
	untold(from: number): LedgerEntry[] {
		return [...this.#entries.values()].filter(({ at, balance }) => at >= from && balance < 0);
	}

	/** What is open, as it was before `bookings`. */
	openBefore(bookings: Iterable<Booking>): LedgerEntry[] {
		const entries = new Map(this.#entries);
		for (const { change, by } of bookings) {
			const entry = entries.get(keyOf(change));
			if (entry) entries.set(keyOf(change), { ...entry, balance: entry.balance - by });
		}
		return [...entries.values()].filter(({ balance }) => balance !== 0);
	}

	restore(entries: Iterable<LedgerEntry>): void {
		for (const entry of entries) this.#set(entry);
	}

	#entry(change: MembershipChange, at: number): LedgerEntry {
		const known = this.#entries.get(keyOf(change));
		if (known && Math.abs(at - known.at) <= apart) return { ...known, at: Math.max(known.at, at) };
		// Some changes have no system post, or the server is set to make none: what found no counterpart is forgotten.
		for (const [key, entry] of this.#entries) {
			if (at - entry.at <= apart) break;
			this.#entries.delete(key);
		}
		return { change, balance: 0, at };
	}

	/** The one heard of last is the last, so that what is to be forgotten stands first. */
	#set(entry: LedgerEntry): void {
		const key = keyOf(entry.change);
		this.#entries.delete(key);
		this.#entries.set(key, entry);
	}
}

export function keyOf({ kind, userId, channelId, teamId, ofTeam }: MembershipChange): string {
	return `${kind} ${userId} ${ofTeam ? teamId : channelId}`;
}

/** What an event tells of a membership, if anything. */
export function bookingOf(body: EventBody, me: string, at: number): Booking | undefined {
	if (body.type !== 'posted') {
		const change = changeOfEvent(body, me);
		return change && { change, by: 1, at };
	}
	const { post, team_id } = body.raw;
	if (typeof post !== 'string' || !mayBeMembershipPost(post)) return undefined;
	const change = changeOfPost(body.data.post as Post, String(team_id));
	return change && { change, by: -1, at };
}
