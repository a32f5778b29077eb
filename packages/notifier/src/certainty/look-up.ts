// Step 5 of the protocol: reading a channel back, newest first, until the posts are older than what is looked for could be.
import { deliveryOf, type MarkedPost } from '../mattermost/marker.ts';
import { pagesBack, type ReadPage } from '../mattermost/pages-back.ts';

/** Milliseconds by which a post may seem older than the attempt that made it: the Date header's second, clocks being set. */
const margin = 60_000;

interface Wanted {
	readonly id: string;
	readonly since: () => number;
	readonly whole: boolean;
	readonly onPage: () => Promise<void>;
	readonly resolve: (post: MarkedPost | undefined) => void;
	readonly reject: (error: unknown) => void;
}

/**
 * Look-ups in one channel at the same time share one walk through its pages: after an outage many deliveries to the notification channel
 * are unknown at once. A look-up never joins a walk that has begun, which may have passed the place of its post.
 */
export class LookUps {
	readonly #read: ReadPage;
	readonly #botUserId: () => string;
	readonly #seen: (posts: readonly MarkedPost[]) => void;
	readonly #waiting = new Map<string, Wanted[]>();
	readonly #walking = new Set<string>();

	/** `seen` is given all posts of deliveries that a walk came by, for the auditor. */
	constructor(options: { read: ReadPage; botUserId: () => string; seen: (posts: readonly MarkedPost[]) => void }) {
		this.#read = options.read;
		this.#botUserId = options.botUserId;
		this.#seen = options.seen;
	}

	/**
	 * The post of delivery `id`, if it was made. `since`: the time of the first attempt by the server's clock, asked when a page has come:
	 * its answer tells that clock anew. `whole`: reads on when it is found, to the end of the time in
	 * question, and resolves after `seen` was told (default: no).
	 * `onPage` is called after each page read: it keeps the lease, and ends the look-up by throwing.
	 */
	find(
		channelId: string,
		id: string,
		since: () => number,
		{ whole = false, onPage = async () => {} }: { whole?: boolean; onPage?: () => Promise<void> } = {},
	): Promise<MarkedPost | undefined> {
		const { promise, resolve, reject } = Promise.withResolvers<MarkedPost | undefined>();
		const wanted = { id, since, whole, onPage, resolve, reject };
		const waiting = this.#waiting.get(channelId);
		if (waiting) waiting.push(wanted);
		else this.#waiting.set(channelId, [wanted]);
		if (!this.#walking.has(channelId)) void this.#walkAll(channelId);
		return promise;
	}

	async #walkAll(channelId: string): Promise<void> {
		this.#walking.add(channelId);
		for (;;) {
			const wanted = this.#waiting.get(channelId);
			if (!wanted) break;
			this.#waiting.delete(channelId);
			await this.#walk(channelId, wanted);
		}
		this.#walking.delete(channelId);
	}

	async #walk(channelId: string, wanted: readonly Wanted[]): Promise<void> {
		let open = wanted;
		const marked: MarkedPost[] = [];
		const settle: (() => void)[] = [];
		const goesOn = (one: Wanted, oldest: number): boolean => {
			const found = marked.find((post) => deliveryOf(post, this.#botUserId()) === one.id);
			const isOver = oldest < one.since() - margin;
			if (one.whole && isOver) settle.push(() => one.resolve(found));
			else if (isOver || (found && !one.whole)) one.resolve(found);
			else return true;
			return false;
		};
		try {
			for await (const posts of pagesBack(this.#read, channelId)) {
				for (const post of posts) if (deliveryOf(post, this.#botUserId()) !== undefined) marked.push(post);
				const oldest = posts.at(-1)?.create_at ?? Number.POSITIVE_INFINITY;
				open = await keepThoseWho(open.filter((one) => goesOn(one, oldest)));
				if (open.length === 0) break;
			}
			for (const one of open) goesOn(one, Number.NEGATIVE_INFINITY);
		} catch (error) {
			for (const one of open) one.reject(error);
		}
		this.#seen(marked);
		for (const resolve of settle) resolve();
	}
}

async function keepThoseWho(wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
	const kept: Wanted[] = [];
	for (const one of wanted) {
		try {
			await one.onPage();
			kept.push(one);
		} catch (error) {
			one.reject(error);
		}
	}
	return kept;
}
