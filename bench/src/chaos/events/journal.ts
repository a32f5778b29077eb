// What the server acknowledged, what the stream told, and whether the two agree.

export interface Made {
	readonly id: string;
	readonly channelId: string;
	readonly writer: string;
	/** The writer's own count: 1, 2, 3, … */
	readonly number: number;
	readonly createAt: number;
	/** The last text that the server acknowledged. */
	message: string;
	edits: number;
	deleted: boolean;
}

/** One event as the program heard it. */
export interface Heard {
	readonly type: string;
	readonly source: string;
	readonly postId?: string;
	readonly message?: string;
	readonly updateAt?: number;
	readonly editAt?: number;
	/** channel and user of a change of membership. */
	readonly membership?: string;
	readonly resync?: string;
}

export type Verdict = {
	readonly acknowledged: number;
	readonly told: number;
	readonly lost: number;
	readonly doubled: number;
	readonly swapped: number;
	/** Not counted as swapped: the server's clock had been set back between the two posts. */
	readonly swappedByClock: number;
	readonly editsLost: number;
	readonly editsDoubled: number;
	readonly deletionsLost: number;
	readonly deletionsDoubled: number;
	readonly membershipsWrong: number;
	readonly resyncs: number;
	/** The first few findings, for whoever looks for the cause. */
	readonly details: readonly string[];
};

export class Journal {
	readonly made = new Map<string, Made>();
	readonly heard: Heard[] = [];
	/** Acknowledged changes of membership: "added channel user" → how often. */
	readonly memberships = new Map<string, number>();

	/** Is everything that was acknowledged told? */
	get complete(): boolean {
		const { lost, editsLost, deletionsLost, membershipsWrong } = this.check();
		return lost + editsLost + deletionsLost + membershipsWrong === 0;
	}

	check(): Verdict {
		const details: string[] = [];
		const found = (what: string) => {
			if (details.length < 40) details.push(what);
			return 1;
		};
		const posted = this.#byPost('posted');
		const edited = this.#byPost('post_edited');
		const deleted = this.#byPost('post_deleted');
		let [lost, doubled, editsLost, editsDoubled, deletionsLost, deletionsDoubled] = [0, 0, 0, 0, 0, 0];
		for (const [id, heard] of posted) {
			if (heard.length > 1) doubled += found(`doubled ${id}: ${heard.map(({ source }) => source).join(', ')}`);
		}
		for (const [id, heard] of deleted) {
			if (heard.length > 1) deletionsDoubled += found(`deletion doubled ${id}: ${heard.map(({ source }) => source)}`);
		}
		for (const [id, heard] of edited) {
			const versions = heard.filter(({ editAt }) => editAt).map(({ editAt }) => editAt);
			if (new Set(versions).size < versions.length) {
				editsDoubled += found(`edit doubled ${id}: ${heard.map(({ source, editAt }) => `${source} ${editAt}`)}`);
			}
		}
		for (const post of this.made.values()) {
			const made = posted.get(post.id);
			if (!made) lost += found(`lost ${post.id} (${post.message}, made at ${post.createAt} in ${post.channelId})`);
			if (post.deleted && !deleted.has(post.id))
				deletionsLost += found(
					`deletion lost ${post.id} (${post.message}, made at ${post.createAt} in ${post.channelId})`,
				);
			const last = [...(made ?? []), ...(edited.get(post.id) ?? [])].map(({ message }) => message);
			if (post.edits > 0 && !post.deleted && !last.includes(post.message)) {
				editsLost += found(`edit lost ${post.id}: "${post.message}", told "${last.join('", "')}"`);
			}
		}
		const { swapped, swappedByClock } = this.#order(found);
		return {
			acknowledged: this.made.size,
			told: posted.size,
			lost,
			doubled,
			swapped,
			swappedByClock,
			editsLost,
			editsDoubled,
			deletionsLost,
			deletionsDoubled,
			membershipsWrong: this.#membershipsWrong(found),
			resyncs: this.heard.filter(({ type }) => type === 'resync').length,
			details,
		};
	}

	#byPost(type: string): Map<string, Heard[]> {
		const heard = this.heard.filter((event) => event.type === type && event.postId !== undefined);
		return Map.groupBy(heard, ({ postId }) => postId ?? '');
	}

	/** Each writer waits for the answer to a post before the next: they must be told in that order. */
	#order(found: (what: string) => number): { swapped: number; swappedByClock: number } {
		const last = new Map<string, Made>();
		let [swapped, swappedByClock] = [0, 0];
		for (const { type, postId, source } of this.heard) {
			const post = type === 'posted' ? this.made.get(postId ?? '') : undefined;
			if (!post) continue;
			const before = last.get(post.writer);
			if (before && before.number > post.number) {
				if (before.createAt <= post.createAt) swappedByClock++;
				else swapped += found(`swapped: ${before.message} told before ${post.message} (${source})`);
			} else last.set(post.writer, post);
		}
		return { swapped, swappedByClock };
	}

	#membershipsWrong(found: (what: string) => number): number {
		const told = new Map<string, number>();
		for (const { membership } of this.heard) {
			if (membership) told.set(membership, (told.get(membership) ?? 0) + 1);
		}
		let wrong = 0;
		for (const [change, times] of this.memberships) {
			const heard = told.get(change) ?? 0;
			if (heard === times) continue;
			const how = this.heard.filter(({ membership }) => membership === change).map(({ source }) => source);
			wrong += found(`membership ${change}: happened ${times} times, told ${heard} times (${how.join(', ')})`);
		}
		return wrong;
	}
}
