// Everything between the connection and the consumer: what is told already is left out, what was missed is put before what
// came since, and the position is always that of what the consumer has taken.
import type { Post } from '@mattermost/types/posts';
import { Buffer } from './buffer.ts';
import type { MadeUp } from './catch-up.ts';
import { type EventBody, eventOf, type StreamEvent } from './event.ts';
import { Held, headOfBody, type Incoming } from './held.ts';
import type { Link } from './link.ts';
import type { ResumePoint } from './machine-inputs.ts';
import { changeOfEvent, changeOfPost, type MembershipChange, mayBeMembershipPost } from './membership.ts';
import { type Booking, MembershipLedger } from './membership-ledger.ts';
import { type PostChange, PostMemory, type Undo } from './memory.ts';
import { type ChannelTeams, channelsAfter } from './my-channels.ts';
import { type Position, postsOf, toldBy } from './position.ts';

/** Posts are remembered at least this long beyond the overlap. Milliseconds of the server's clock. */
export const remembered = 60_000;

export interface IntakeOptions {
	readonly types: ReadonlySet<string> | undefined;
	readonly channels: ReadonlySet<string> | undefined;
	readonly capacity: number;
	/** Milliseconds; see `EventStreamOptions.overlap`. */
	readonly overlap: number;
}

interface Item {
	readonly event: StreamEvent;
	/** Where the stream stood before it. */
	readonly at: number;
	readonly from: ResumePoint | undefined;
	readonly undo: Undo | undefined;
	readonly booking: Booking | undefined;
	readonly channels: ChannelTeams | undefined;
}

const postChanges: ReadonlySet<string> = new Set<PostChange>(['posted', 'post_edited', 'post_deleted']);
const memberships = [
	'user_added',
	'user_removed',
	'added_to_team',
	'leave_team',
	'channel_deleted',
	'direct_added',
	'group_added',
];

export class Intake {
	readonly ledger = new MembershipLedger();
	readonly memory: PostMemory;
	/** All before is told. Milliseconds of the server's clock; 0: nothing is known of it yet. */
	at = 0;
	/** When the stream began: what was made before was never promised. Milliseconds of the server's clock. */
	begun: number | undefined;
	userId = '';
	channels: ChannelTeams | undefined;
	readonly wants: { readonly posts: boolean; readonly changes: boolean; readonly memberships: boolean };
	readonly #options: IntakeOptions;
	readonly #buffer: Buffer<Item>;
	readonly #held: Held;
	/** What is to be taken lies before a gap that is still to be read. */
	#gap = false;
	/** Taken, and being handled. */
	readonly #taken = new Set<Item>();
	/** What came while the channels were being asked for. */
	#meanwhile: EventBody[] | undefined;

	constructor(options: IntakeOptions) {
		this.#options = options;
		this.#buffer = new Buffer(options.capacity);
		this.#held = new Held(options.capacity);
		this.memory = new PostMemory(options.overlap + remembered);
		const wanted = (...types: string[]) => !options.types || types.some((type) => options.types?.has(type));
		this.wants = {
			posts: wanted(...postChanges, ...memberships),
			changes: wanted('post_edited', 'post_deleted'),
			memberships: wanted(...memberships),
		};
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
		if (this.#buffer.full) return false;
		const { body, seq, source, connectionId } = incoming;
		let undo: Undo | undefined;
		if (this.wants.posts && postChanges.has(body.type)) {
			const head = headOfBody(body);
			if (head && !this.memory.isNews(body.type as PostChange, head)) return true;
			undo = head && this.memory.tell(body.type as PostChange, head, false);
		}
		const booking = this.#bookingOf(body, incoming.at);
		if (booking) this.ledger.book(booking);
		const before = this.#heard(body);
		if (!this.#wanted(body, before)) return true;
		this.#buffer.push({
			event: eventOf(body, seq, source),
			at: this.at,
			from: { connectionId, seq },
			undo,
			booking,
			channels: before === this.channels ? undefined : before,
		});
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
		this.#held.discard((body) => postChanges.has(body.type) || changeOfEvent(body, this.userId) !== undefined);
	}

	/** Did this post come live since the catch-up began? */
	cameLive(postId: string): boolean {
		return this.#held.hasPost(postId);
	}

	/** Did the event of this change come live, without the system post about it? Each is answered for once. */
	toldLive(change: MembershipChange): boolean {
		return this.#held.takeMove(change);
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
		const undo = post && this.memory.tell(post.change, post.head, true);
		if (booking) this.ledger.book(booking);
		const before = this.#heard(body);
		if (this.#wanted(body, before)) {
			const channels = before === this.channels ? undefined : before;
			const event = eventOf(body, null, 'catch-up');
			this.#buffer.push({ event, at: this.at, from: undefined, undo, booking, channels });
		}
		// What follows is later: a catch-up that is cut here goes on here.
		this.at = Math.max(this.at, at);
		return true;
	}

	/** All that the server sent before its time `at` has been delivered. */
	reached(at: number): void {
		this.at = at;
		this.begun ??= at;
		this.memory.forget(at);
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
		const item = await this.#buffer.take();
		if (!item) return undefined;
		this.#taken.add(item);
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
	 * @param clock by how much the server's is ahead of the machine's, and by how much it was set back; milliseconds
	 * @param taken does it count what it has taken and is not done with?
	 */
	position(
		{ next, behind, tokenMark, sessions }: Pick<Link, 'next' | 'behind' | 'tokenMark' | 'sessions'>,
		{ ahead, lowered }: { readonly ahead: number; readonly lowered: number },
		taken: boolean,
	): Position {
		const posts = this.memory.entries();
		const waiting = taken ? [...this.#buffer] : [...this.#taken, ...this.#buffer];
		for (const { undo } of waiting.toReversed()) {
			if (undo?.before) posts.set(undo.id, undo.before);
			else if (undo) posts.delete(undo.id);
		}
		// What waits came before what is held back, and that before what comes next. Only what the present connection sent can be
		// asked for by number, and only from behind the last gap: what was made up for a gap has no number.
		const lastMadeUp = waiting.findLastIndex((item) => item.from === undefined);
		const from = (this.#gap ? undefined : waiting[lastMadeUp + 1]?.from) ?? this.#held.first ?? next;
		const connection =
			from && from.connectionId === next?.connectionId ? { connectionId: from.connectionId, seq: from.seq } : undefined;
		// Lower than that of what came before where the clock was set back.
		const at = waiting.reduce((least, item) => Math.min(least, item.at), this.at);
		const begun = this.begun === undefined ? 0 : this.begun - lowered;
		const channels = waiting.find((item) => item.channels)?.channels ?? this.channels;
		return {
			version: 1,
			userId: this.userId,
			begun,
			// What came before the first pong stands at 0: nothing before `begun` was ever promised.
			at: at === 0 ? begun : at - lowered,
			ahead,
			behind: behind || lastMadeUp >= 0 || connection === undefined,
			posts: postsOf(posts),
			memberships: this.ledger.openBefore(waiting.flatMap(({ booking }) => booking ?? [])),
			...(tokenMark ? { tokenMark } : {}),
			...(sessions ? { sessions } : {}),
			...(connection ? { connection } : {}),
			...(channels ? { channels: Object.fromEntries(channels) } : {}),
		};
	}

	/** @returns the channels as they were before */
	#heard(body: EventBody): ChannelTeams | undefined {
		this.#meanwhile?.push(body);
		const before = this.channels;
		if (before) this.channels = channelsAfter(before, body, this.userId);
		return before;
	}

	/** What it tells of a membership, if anything. */
	#bookingOf(body: EventBody, at: number): Booking | undefined {
		if (!this.wants.memberships) return undefined;
		if (body.type !== 'posted') {
			const change = changeOfEvent(body, this.userId);
			return change && { change, by: 1, at };
		}
		const { post, team_id } = body.raw;
		if (typeof post !== 'string' || !mayBeMembershipPost(post)) return undefined;
		const change = changeOfPost(body.data.post as Post, String(team_id));
		return change && { change, by: -1, at };
	}

	/** @param before the channels before it */
	#wanted({ type, raw, broadcast }: EventBody, before: ChannelTeams | undefined): boolean {
		const { types, channels } = this.#options;
		if (types && !types.has(type)) return false;
		if (!channels) return true;
		// It names no channel, and takes the user out of all of the team.
		if (type === 'leave_team') return [...channels].some((id) => before?.has(id) && !this.channels?.has(id));
		const channelId = broadcast.channel_id || raw.channel_id;
		return type === 'resync' && !channelId ? true : typeof channelId === 'string' && channels.has(channelId);
	}
}
