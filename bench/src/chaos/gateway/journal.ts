// What Mattermost acknowledged, what each subscriber heard, and whether the two agree.

export interface Made {
	readonly id: string;
	readonly channelId: string;
	readonly writer: string;
	/** The writer's own count: 1, 2, 3, … */
	readonly number: number;
	/** `performance.now()` when it was asked for. */
	readonly askedAt: number;
}

export interface Heard {
	readonly id: string;
	readonly at: number;
	/** Which subscription brought it, for whoever looks for causes. */
	readonly by: string;
}

/** A time in which a user may hear nothing of a channel, or of any. */
export interface Shut {
	readonly userId: string;
	/** undefined: all of them. */
	readonly channelId: string | undefined;
	/** When Mattermost acknowledged it. */
	readonly from: number;
	/** Before Mattermost was asked to end it. */
	until: number;
}

export interface Ear {
	readonly userId: string;
	readonly channelId: string;
	readonly heard: readonly Heard[];
}

export type Verdict = {
	readonly acknowledged: number;
	readonly deliveries: number;
	readonly lost: number;
	readonly doubled: number;
	/** Posts of one writer in another order than they were made. */
	readonly swapped: number;
	/** Heard by somebody who was shut out before the post was made. */
	readonly leaked: number;
	/** The first few findings, for whoever looks for the cause. */
	readonly details: readonly string[];
};

export class Journal {
	readonly made = new Map<string, Made>();
	readonly shut: Shut[] = [];
	readonly #ears: readonly Ear[];

	constructor(ears: readonly Ear[]) {
		this.#ears = ears;
	}

	/** Has everybody heard all that they should? */
	get complete(): boolean {
		return this.#ears.every((ear) => this.#missing(ear).length === 0);
	}

	check(): Verdict {
		const details: string[] = [];
		let [deliveries, lost, doubled, swapped, leaked] = [0, 0, 0, 0, 0];
		for (const ear of this.#ears) {
			const who = `${ear.userId} in ${ear.channelId}`;
			const found = (what: string) => details.length < 40 && details.push(`${who}: ${what}`);
			deliveries += ear.heard.length;
			for (const { id, writer, number, askedAt } of this.#missing(ear)) {
				lost++;
				found(`lost ${id} (${writer} #${number}, asked at ${Math.round(askedAt)})`);
			}
			const times = Map.groupBy(ear.heard, ({ id }) => id);
			for (const [id, heard] of times) {
				if (heard.length === 1) continue;
				doubled += heard.length - 1;
				found(`doubled ${id}: ${heard.map(({ by, at }) => `${by} at ${Math.round(at)}`).join(', ')}`);
			}
			const last = new Map<string, number>();
			const from = ear.heard[0]?.at ?? 0;
			for (const { id, by, at } of ear.heard) {
				const made = this.made.get(id);
				if (!made || made.askedAt < from) continue;
				const before = last.get(made.writer) ?? 0;
				if (before > made.number) {
					swapped++;
					found(
						`swapped: ${id} (${made.writer} #${made.number}, asked at ${Math.round(made.askedAt)}) after #${before} (${by} at ${Math.round(at)})`,
					);
				} else last.set(made.writer, made.number);
				if (!this.#isShutOut(ear, made.askedAt, at)) continue;
				leaked++;
				found(`leaked ${id}, asked at ${Math.round(made.askedAt)}, heard at ${Math.round(at)} (${by})`);
			}
		}
		return { acknowledged: this.made.size, deliveries, lost, doubled, swapped, leaked, details };
	}

	/** What was asked for after a subscriber heard its first message, and never came. Before that nothing is promised. */
	#missing({ channelId, heard }: Ear): readonly Made[] {
		const from = heard[0]?.at ?? Number.POSITIVE_INFINITY;
		const ids = new Set(heard.map(({ id }) => id));
		return [...this.made.values()].filter(
			(made) => made.channelId === channelId && made.askedAt > from && !ids.has(made.id),
		);
	}

	#isShutOut({ userId, channelId }: Ear, askedAt: number, heardAt: number): boolean {
		return this.shut.some(
			(shut) =>
				shut.userId === userId &&
				(shut.channelId ?? channelId) === channelId &&
				shut.from < askedAt &&
				heardAt < shut.until,
		);
	}
}
