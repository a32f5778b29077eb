import type { PostFacts } from '../chat/message.ts';
import type { ChannelHistory } from './history.ts';
import type { ToldLedger } from './told-ledger.ts';

export interface Place {
	readonly position: number;
	/** Until then the post must not be told. */
	readonly written: Promise<void> | undefined;
}

/** Posts that are on their way from here to the subscribers; far more than ever are. */
const mostOnTheirWay = 4_000;

/** Gives a channel's posts their places in the order in which they are told, once each, and has them recorded. */
export class PostPlaces {
	readonly #channelId: string;
	readonly #history: ChannelHistory;
	readonly #ledger: ToldLedger;
	/** Not heard back yet, nor from another node. What was refused, as another node has the lease now, falls out in the end. */
	readonly #onTheirWay = new Map<string, Place>();

	constructor({
		channelId,
		history,
		ledger,
	}: { readonly channelId: string; readonly history: ChannelHistory; readonly ledger: ToldLedger }) {
		this.#channelId = channelId;
		this.#history = history;
		this.#ledger = ledger;
	}

	of(post: Pick<PostFacts, 'id' | 'create_at'>): Place {
		const known = this.#onTheirWay.get(post.id);
		if (known) return known;
		if (this.#history.isPlaced(post.id)) return { position: this.#history.positionOf(post), written: undefined };
		const position = this.#history.next(post.create_at);
		const written = this.#ledger.record(this.#channelId, { postId: post.id, createdAt: post.create_at, position });
		const place = { position, written };
		this.#onTheirWay.set(post.id, place);
		const [oldest] = this.#onTheirWay.size > mostOnTheirWay ? this.#onTheirWay.keys() : [];
		if (oldest !== undefined) this.#onTheirWay.delete(oldest);
		return place;
	}

	told(postId: string): void {
		this.#onTheirWay.delete(postId);
	}
}
