// What the stream has told already, as far back as a catch-up may read again: so that nothing is told twice.
import type { PostHead } from './post-head.ts';

/** What was last told of a post. */
export interface Told {
	readonly updateAt: number;
	readonly editAt: number;
	/** It was told that the post is deleted. */
	readonly deleted: boolean;
	/** Which catch-up told it, if one did: the live event of the same may still come. 0: one of before a restart, perhaps. */
	readonly caughtUp: number | undefined;
}

export type PostChange = 'posted' | 'post_edited' | 'post_deleted';

/** How to take back that something was told: for a position before it. */
export interface Undo {
	readonly id: string;
	readonly before: Told | undefined;
}

export class PostMemory {
	readonly #horizon: number;
	#young = new Map<string, Told>();
	#old = new Map<string, Told>();
	#turnedAt = 0;
	/** Catch-ups are counted. */
	#catchUp = 0;
	#settled = 0;

	/** @param horizon milliseconds of the server's clock for which posts are remembered at least */
	constructor(horizon: number) {
		this.#horizon = horizon;
	}

	get(id: string): Told | undefined {
		return this.#young.get(id) ?? this.#old.get(id);
	}

	/** A catch-up begins. */
	reading(): void {
		this.#catchUp++;
	}

	/** What came while it was reading is told: what comes from now on is not older than what it told. */
	settle(): void {
		this.#settled = this.#catchUp;
	}

	/**
	 * Is this live event news? Live events never repeat each other (their numbers see to that), so only what a catch-up told
	 * is held against them.
	 */
	isNews(change: PostChange, head: PostHead): boolean {
		const told = this.get(head.id);
		if (!told) return true;
		if (change === 'posted') return false;
		if (told.caughtUp === undefined) return true;
		if (told.deleted) return false;
		if (change === 'post_deleted') return true;
		const mayBeOlder = told.caughtUp > this.#settled;
		return mayBeOlder ? head.updateAt > told.updateAt : head.updateAt !== told.updateAt;
	}

	/** @returns how to take it back */
	tell(change: PostChange, head: PostHead, caughtUp: boolean): Undo {
		const before = this.get(head.id);
		this.#young.set(head.id, {
			updateAt: head.updateAt,
			editAt: head.editAt,
			deleted: change === 'post_deleted' || (before?.deleted ?? false),
			caughtUp: caughtUp ? this.#catchUp : before?.caughtUp,
		});
		return { id: head.id, before };
	}

	/** Everything before `time` (the server's clock) is known to be told; what is older than the horizon is forgotten. */
	forget(time: number): void {
		// A clock that was set back says nothing of how long ago something was told.
		this.#turnedAt = Math.min(this.#turnedAt || time, time);
		if (time - this.#turnedAt < this.#horizon) return;
		this.#turnedAt = time;
		this.#old = this.#young;
		this.#young = new Map();
	}

	entries(): Map<string, Told> {
		return new Map([...this.#old, ...this.#young]);
	}

	restore(entries: Iterable<readonly [string, Told]>): void {
		for (const [id, told] of entries) this.#young.set(id, told);
	}
}
