// What came live while something that was missed had to be told first.
import type { EventBody, EventSource, EventType } from './event.ts';
import type { MembershipChange } from './membership.ts';
import { type Booking, keyOf } from './membership-ledger.ts';
import { headOfJson, type PostHead } from './post-head.ts';

/** An event that came in over a connection. */
export interface Incoming {
	readonly body: EventBody;
	readonly seq: number;
	readonly source: EventSource;
	/** The server's clock when it came, about. */
	readonly at: number;
	readonly connectionId: string;
}

interface Waiting {
	readonly incoming: Incoming;
	/** What it tells of a membership. */
	readonly booking: Booking | undefined;
}

export class Held {
	readonly #capacity: number;
	#waiting: Waiting[] = [];
	/** How many of them came before the last gap. */
	#beforeGap = 0;
	/** Posts that came while a catch-up was reading, of those that it may find. */
	readonly #posts = new Set<string>();
	/** Posts made later are not told by the catch-up that is reading. */
	#ceiling = Number.POSITIVE_INFINITY;
	/** Changes of membership by key: events that came meanwhile, less the system posts about them. */
	readonly #moves = new Map<string, number>();

	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	get size(): number {
		return this.#waiting.length;
	}

	/** The one that came first behind the last gap. */
	get first(): Incoming | undefined {
		return this.#waiting[this.#beforeGap]?.incoming;
	}

	/** @returns false: there was no room for it, nor is there any for the rest */
	add(incoming: Incoming, booking: Booking | undefined): boolean {
		const waiting = { incoming, booking };
		this.#remember(waiting);
		if (this.#waiting.length < this.#capacity) {
			this.#waiting.push(waiting);
			return true;
		}
		this.#waiting = [];
		this.#beforeGap = 0;
		return false;
	}

	/** What is here lies before or around a gap. */
	discard(which: (body: EventBody) => boolean): void {
		this.#waiting = this.#waiting.filter(({ incoming }) => !which(incoming.body));
		this.#beforeGap = this.#waiting.length;
	}

	/** A catch-up begins, which tells no posts made later than `ceiling`: what did not fit is read by it, the rest is still to come. */
	reading(ceiling: number): void {
		this.#forget(ceiling);
		for (const waiting of this.#waiting) this.#remember(waiting);
	}

	/** All, in their order. */
	takeAll(): Incoming[] {
		this.#forget(Number.POSITIVE_INFINITY);
		this.#beforeGap = 0;
		return this.#waiting.splice(0).map(({ incoming }) => incoming);
	}

	/** Did this post come since the catch-up began? Thrown away or not, it was made after what is read now. */
	hasPost(postId: string): boolean {
		return this.#posts.has(postId);
	}

	/** Is an event of this type about the channel here? */
	has(type: EventType, channelId: string): boolean {
		return this.#waiting.some(({ incoming: { body } }) => body.type === type && body.raw.channel_id === channelId);
	}

	/** Did the event of this change come, without the system post about it? Each is answered for once. */
	takeMove(change: MembershipChange): boolean {
		const surplus = this.#moves.get(keyOf(change)) ?? 0;
		if (surplus <= 0) return false;
		this.#moves.set(keyOf(change), surplus - 1);
		return true;
	}

	/**
	 * Changes of which the system post is here and the event is not, nor was told: it was lost before the post came.
	 * @param balance what was told of a change: its event less the post about it
	 */
	postsWithoutEvent(balance: (change: MembershipChange, at: number) => number): Booking[] {
		return this.#waiting.flatMap(({ booking }) => {
			if (!booking || booking.by > 0) return [];
			const { change, at } = booking;
			return (this.#moves.get(keyOf(change)) ?? 0) + balance(change, at) < 0 ? booking : [];
		});
	}

	#forget(ceiling: number): void {
		this.#ceiling = ceiling;
		this.#posts.clear();
		this.#moves.clear();
	}

	#remember({ incoming, booking }: Waiting): void {
		const head = incoming.body.type === 'posted' ? headOfBody(incoming.body) : undefined;
		if (head && head.createAt <= this.#ceiling) this.#posts.add(head.id);
		if (!booking) return;
		const key = keyOf(booking.change);
		this.#moves.set(key, (this.#moves.get(key) ?? 0) + booking.by);
	}
}

export function headOfBody({ raw: { post } }: EventBody): PostHead | undefined {
	return typeof post === 'string' ? headOfJson(post) : undefined;
}
