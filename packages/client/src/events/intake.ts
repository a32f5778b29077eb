// Everything between the connection and the consumer: what is told already is left out, what was missed is put before what
// came since, and the position is always that of what the consumer has taken.
import { Buffer } from './buffer.ts';
import type { MadeUp } from './catch-up.ts';
import { type EventBody, type EventType, eventOf, type StreamEvent } from './event.ts';
import { Held, headOfBody, type Incoming } from './held.ts';
import { changeOfEvent, type MembershipChange } from './membership.ts';
import { type Booking, bookingOf, MembershipLedger } from './membership-ledger.ts';
import { PostMemory, type Undo } from './memory.ts';
import { type ChannelTeams, channelsAfter } from './my-channels.ts';
import {
	type Before,
	type Position,
	type PositionClock,
	type PositionLink,
	positionBefore,
	toldBy,
} from './position.ts';
import { isPostChange, Wanted, type WantedOptions } from './wanted.ts';

/** Posts are remembered at least this long beyond the overlap. Milliseconds of the server's clock. */
export const remembered = 60_000;

/** A consumer that handles one event for so long may hear something again after a restart. Milliseconds. */
const longest = 900_000;

export interface IntakeOptions extends WantedOptions {
	readonly capacity: number;
	/** Milliseconds; see `EventStreamOptions.overlap`. */
	readonly overlap: number;
}

interface Item extends Before {
	readonly event: StreamEvent;
}

export class Intake {
	readonly ledger = new MembershipLedger();
	readonly memory: PostMemory;
	/** All before is told. Milliseconds of the server's clock; 0: nothing is known of it yet. */
	at = 0;
	/** When the stream began: what was made before was never promised. Milliseconds of the server's clock. */
	begun: number | undefined;
	userId = '';
	channels: ChannelTeams | undefined;
	readonly wants: Wanted;
	readonly #buffer: Buffer<Item>;
	readonly #held: Held;
	/** What is to be taken lies before a gap that is still to be read. */
	#gap = false;
	/** Taken, and being handled. */
	readonly #taken = new Set<Item>();
	/** What came while the channels were being asked for. */
	#meanwhile: EventBody[] | undefined;

	constructor(options: IntakeOptions) {
		this.wants = new Wanted(options);
		this.#buffer = new Buffer(options.capacity);
		this.#held = new Held(options.capacity);
		this.memory = new PostMemory(options.overlap + remembered);
	}

	/** Goes on where a stream of before a restart ended. */
	restore(position: Position): void {
		this.userId = position.userId;
		this.memory.restore(toldBy(position.posts));
		this.ledger.restore(position.memberships);
		this.channels = position.channels && new Map(Object.entries(position.channels));
		// At the end: of a position that turns out to be damaged nothing is stored.
		this.begun = position.begun;
		this.at = position.at;
	}

	/** An event that nothing stands before. @returns false: there was no room for it */
	deliver(incoming: Incoming): boolean {
		const { body, seq, source, connectionId } = incoming;
		const change = this.wants.posts && isPostChange(body.type) && this.wants.inChannel(body) ? body.type : undefined;
		const head = change && headOfBody(body);
		if (change && head && !this.memory.isNews(change, head)) return true;
		const channels = this.#channelsAfter(body);
		const wanted = this.wants.has(body, this.channels, channels);
		if (wanted && this.#buffer.full) return false;
		const undo = change && head && this.memory.tell(change, head, false);
		const booking = this.#bookingOf(body, incoming.at);
		if (wanted) {
			const event = eventOf(body, seq, source);
			this.#buffer.push({ event, from: { connectionId, seq }, ...this.#before(undo, booking, channels) });
		}
		this.#told(body, booking, channels);
		return true;
	}

	/** An event that has to wait for what was missed. @returns false: there was no room for it, nor is there any for the rest */
	hold(incoming: Incoming): boolean {
		return this.#held.add(incoming, this.#bookingOf(incoming.body, incoming.at));
	}

	/** A new connection began. @returns false: the position was not that of this user */
	connected(userId: string): boolean {
		if (this.userId !== '' && this.userId !== userId) return false;
		this.userId = userId;
		this.discardHeld();
		return true;
	}

	/**
	 * What is held of posts and memberships lies before or around a gap, which is read with all that was missed: it is told from
	 * there, in its order. The rest can't be read, and is kept.
	 */
	discardHeld(): void {
		// Nothing is missing before the beginning.
		this.#gap = this.begun !== undefined;
		this.#held.discard((body) => isPostChange(body.type) || changeOfEvent(body, this.userId) !== undefined);
	}

	/** Did this post come live since the catch-up began? */
	cameLive(postId: string): boolean {
		return this.#held.hasPost(postId);
	}

	/** Did the event of this change come live, without the system post about it? Each is answered for once. */
	toldLive(change: MembershipChange): boolean {
		return this.#held.takeMove(change);
	}

	/** Is an event of this type about the channel held back? */
	holds(type: EventType, channelId: string): boolean {
		return this.#held.has(type, channelId);
	}

	/** Changes of which the system post is held and the event is not, nor was told: it was lost before the post came. */
	heldWithoutEvent(): Booking[] {
		return this.#held.postsWithoutEvent((change, at) => this.ledger.balance(change, at));
	}

	/** A catch-up begins, which tells no posts made later than `ceiling`. */
	reading(ceiling: number): void {
		this.#held.reading(ceiling);
		this.memory.reading();
	}

	/** Nothing stands any more before what was held back. @returns false: there was no room for all of it */
	release(): boolean {
		this.#gap = false;
		const told = this.#held.takeAll().every((incoming) => this.deliver(incoming));
		this.memory.settle();
		return told;
	}

	/** An event that a catch-up made up; waits for room. @returns false: `signal` came before there was any */
	async make({ at, body, post, booking }: MadeUp, signal: AbortSignal): Promise<boolean> {
		await this.#buffer.room();
		if (signal.aborted) return false;
		const channels = this.#channelsAfter(body);
		const undo = post && this.memory.tell(post.change, post.head, true);
		if (this.wants.has(body, this.channels, channels)) {
			const event = eventOf(body, null, 'catch-up');
			this.#buffer.push({ event, from: undefined, ...this.#before(undo, booking, channels) });
		}
		this.#told(body, booking, channels);
		// What follows is later: a catch-up that is cut here goes on here.
		this.at = Math.max(this.at, at);
		return true;
	}

	/** All that the server sent before its time `at` has been delivered. */
	reached(at: number): void {
		this.at = at;
		this.begun ??= at;
		// What a position has to know of is what was told before the event that it stands at.
		const [oldest] = this.#taken.size > 0 ? this.#taken : this.#buffer;
		this.memory.forget(Math.max(oldest?.at ?? at, at - longest));
	}

	/** The channels are being asked for. @returns takes the answer, and what came in the meantime into account */
	learnChannels(): (channels: ChannelTeams | undefined) => void {
		const meanwhile: EventBody[] = [];
		this.#meanwhile = meanwhile;
		return (channels) => {
			if (this.#meanwhile === meanwhile) this.#meanwhile = undefined;
			if (channels)
				this.channels = meanwhile.reduce((known, body) => channelsAfter(known, body, this.userId), channels);
		};
	}

	/** Resolves when there is an event to take, or at the end. */
	filled(): Promise<void> {
		return this.#buffer.filled();
	}

	/** The next event for the consumer, with what to call when it is done with it; undefined at the end. */
	async take(): Promise<{ event: StreamEvent; done: () => void } | undefined> {
		// In one go: a position that is stored in between would leave the event out.
		const item = await this.#buffer.take((taken) => this.#taken.add(taken));
		if (!item) return undefined;
		return { event: item.event, done: () => void this.#taken.delete(item) };
	}

	/** The clock was set back by so many milliseconds: what is made from now on may look older than the stream. */
	setBack(by: number): void {
		if (this.begun !== undefined) this.begun -= by;
	}

	/** The consumer is done with all that came. */
	get idle(): boolean {
		return this.#buffer.size + this.#taken.size + this.#held.size === 0;
	}

	end(): void {
		this.#buffer.end();
	}

	/**
	 * How far the consumer has come.
	 * @param taken does it count what it has taken and is not done with?
	 */
	position(link: PositionLink, clock: PositionClock, taken: boolean): Position {
		const waiting = taken ? [...this.#buffer] : [...this.#taken, ...this.#buffer];
		return positionBefore(waiting, { stream: this, gap: this.#gap, held: this.#held.first, link, clock });
	}

	/** The same as before where it changes nothing. */
	#channelsAfter(body: EventBody): ChannelTeams | undefined {
		return this.channels && channelsAfter(this.channels, body, this.userId);
	}

	/** To be taken before `told`. */
	#before(
		undo: Undo | undefined,
		booking: Booking | undefined,
		channels: ChannelTeams | undefined,
	): Omit<Before, 'from'> {
		return { at: this.at, undo, booking, channels: channels === this.channels ? undefined : this.channels };
	}

	#told(body: EventBody, booking: Booking | undefined, channels: ChannelTeams | undefined): void {
		this.#meanwhile?.push(body);
		if (booking) this.ledger.book(booking);
		this.channels = channels;
	}

	#bookingOf(body: EventBody, at: number): Booking | undefined {
		return this.wants.memberships ? bookingOf(body, this.userId, at) : undefined;
	}
}
