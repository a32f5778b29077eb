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

interface Remembered extends Told {
	readonly generation: number;
}

export class PostMemory {
	readonly #horizon: number;
	/** What was told last stands last, so that what is to be forgotten stands first. */
	readonly #posts = new Map<string, Remembered>();
	/** When each generation that is remembered ended, the oldest first; the server's clock. */
	#ends: number[] = [];
	/** Of what is told now. */
	#generation = 0;
	/** Catch-ups are counted. */
	#catchUp = 0;
	#settled = 0;

	/** @param horizon milliseconds of the server's clock for which posts are remembered at least */
	constructor(horizon: number) {
		this.#horizon = horizon;
	}

	get(id: string): Told | undefined {
		return this.#posts.get(id);
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
		this.#set(head.id, {
			updateAt: head.updateAt,
			editAt: head.editAt,
			deleted: change === 'post_deleted' || (before?.deleted ?? false),
			caughtUp: caughtUp ? this.#catchUp : before?.caughtUp,
		});
		return { id: head.id, before };
	}

	/** Everything before `time` (the server's clock) is known to be told; what was told longer ago than the horizon is forgotten. */
	forget(time: number): void {
		// A clock that was set back says nothing of how long ago something was told.
		this.#ends = this.#ends.map((end) => Math.min(end, time));
		if (time - (this.#ends.at(-1) ?? 0) >= this.#horizon / 4) {
			this.#ends.push(time);
			this.#generation++;
		}
		this.#ends = this.#ends.filter((end) => time - end < this.#horizon);
		const oldest = this.#generation - this.#ends.length;
		for (const [id, { generation }] of this.#posts) {
			// Its end is the first that is remembered.
			if (generation >= oldest) break;
			this.#posts.delete(id);
		}
	}

	/** Each with what was told of it last; what was told last comes last. */
	entries(): Iterable<readonly [string, Told]> {
		return this.#posts;
	}

	restore(entries: Iterable<readonly [string, Told]>): void {
		for (const [id, told] of entries) this.#set(id, told);
	}

	#set(id: string, told: Told): void {
		this.#posts.delete(id);
		this.#posts.set(id, { ...told, generation: this.#generation });
	}
}
