import type { MembershipChange } from './membership.ts';

export interface LedgerEntry {
	readonly change: MembershipChange;
	/** Events told less system posts told. Below zero: a change that no event told of yet. */
	readonly balance: number;
	/** Events made up whose live counterpart may still come. */
	readonly madeUp: number;
	/** When it was last heard of; milliseconds of the server's clock. */
	readonly at: number;
}

/** What was told of a change: `1` its event, `-1` the system post about it. */
export interface Booking {
	readonly change: MembershipChange;
	readonly by: 1 | -1;
}

/** Live, an event and its system post come within this time of each other. Milliseconds. */
const apart = 5_000;

/**
 * The server tells a change of membership twice, by an event and by a system post, in either order, and a connection may be cut
 * between the two. This counts both, so that the event is neither missed nor told twice.
 */
export class MembershipLedger {
	readonly #entries = new Map<string, LedgerEntry>();

	/** An event came in. @returns false: it was made up before */
	event(change: MembershipChange, at: number): boolean {
		const madeUp = this.#entries.get(keyOf(change));
		if (madeUp && madeUp.madeUp > 0) {
			this.#set({ ...madeUp, madeUp: madeUp.madeUp - 1 });
			return false;
		}
		const entry = this.#entry(change, at);
		this.#set({ ...entry, balance: entry.balance + 1 });
		return true;
	}

	/** What came live while a catch-up was told has been told, too: nothing more will come of what was made up. */
	settle(): void {
		for (const entry of [...this.#entries.values()]) if (entry.madeUp > 0) this.#set({ ...entry, madeUp: 0 });
	}

	/** A system post was told. */
	post(change: MembershipChange, at: number): void {
		const entry = this.#entry(change, at);
		this.#set({ ...entry, balance: entry.balance - 1 });
	}

	/** @returns should its event be made up? Then it counts as told. */
	makeUp(change: MembershipChange): boolean {
		const entry = this.#entries.get(keyOf(change));
		if (!entry || entry.balance >= 0) return false;
		this.#set({ ...entry, balance: entry.balance + 1, madeUp: entry.madeUp + 1 });
		return true;
	}

	/** Changes whose system post was told at `from` or later, and whose event was not. */
	untold(from: number): MembershipChange[] {
		return [...this.#entries.values()]
			.filter(({ at, balance }) => at >= from && balance < 0)
			.map(({ change }) => change);
	}

	/** What is open, as it was before `bookings`. */
	openBefore(bookings: Iterable<Booking>): LedgerEntry[] {
		const entries = new Map(this.#entries);
		for (const { change, by } of bookings) {
			const entry = entries.get(keyOf(change));
			if (entry) entries.set(keyOf(change), { ...entry, balance: entry.balance - by });
		}
		return [...entries.values()].filter(({ balance, madeUp }) => balance !== 0 || madeUp > 0);
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
		return { change, balance: 0, madeUp: 0, at };
	}

	/** The one heard of last is the last, so that what is to be forgotten stands first. */
	#set(entry: LedgerEntry): void {
		const key = keyOf(entry.change);
		this.#entries.delete(key);
		this.#entries.set(key, entry);
	}
}

function keyOf({ kind, userId, channelId, teamId, ofTeam }: MembershipChange): string {
	return `${kind} ${userId} ${ofTeam ? teamId : channelId}`;
}
