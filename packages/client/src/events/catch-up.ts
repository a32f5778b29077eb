// Reads what was missed from the REST API, and makes the events up that would have told it.
import type { Channel } from '@mattermost/types/channels';
import type { Post } from '@mattermost/types/posts';
import {
	archivedEvent,
	type ChannelChanges,
	channelChanges,
	gone,
	joinEvent,
	joining,
	restoredEvent,
} from './channel-changes.ts';
import { EventBody, type EventType, toNobody } from './event.ts';
import type { ResyncData } from './event-data.ts';
import { type Change, changesOf, inOrder, type Span } from './history.ts';
import { LeftToLive } from './left-to-live.ts';
import { changeOfPost, type MembershipChange, membershipEvent } from './membership.ts';
import type { Booking, MembershipLedger } from './membership-ledger.ts';
import type { PostChange, Told } from './memory.ts';
import { grouped, merge } from './merge.ts';
import type { ChannelTeams } from './my-channels.ts';
import { headOf, type PostHead } from './post-head.ts';
import { type Reads, sinceLimit } from './reads.ts';
import { walk } from './walk.ts';
import type { Wanted } from './wanted.ts';

export interface CatchUpPlan {
	readonly me: string;
	/** All before this is told; milliseconds of the server's clock. */
	readonly floor: number;
	/** The server's time when this began. */
	readonly now: number;
	/** Posts made later come live; those that a clock set back made look later do not. */
	readonly ceiling: number;
	/** What the server's clock shows while this is read. */
	readonly serverTime: () => number;
	/** The clock was set while something was missed: the times of posts do not tell which are to come live. */
	readonly clockMoved: boolean;
	/** Resolves when the live events of all posts made until now have come. */
	readonly settled: () => Promise<void>;
	/** Resolves when all that was sent live until now has come. */
	readonly barrier: () => Promise<void>;
	/** Did the post come live meanwhile? Then it is told in the order of the live events. */
	readonly heardLive: (id: string) => boolean;
	/** Did an event of this type about the channel come live? Then it is told when what was missed is. */
	readonly holds: (type: EventType, channelId: string) => boolean;
	/** Did the event of this change come live, without the system post about it? Asked once for each change. */
	readonly toldLive: (change: MembershipChange) => boolean;
	/** Changes of which the system post came live meanwhile, and the event was lost. */
	readonly heldWithoutEvent: () => readonly Booking[];
	readonly wants: Pick<Wanted, 'posts' | 'changes' | 'memberships'>;
	/** Only these channels. */
	readonly channels: ReadonlySet<string> | undefined;
	/** The channels that the user was in before the break; undefined: not known. */
	readonly before: ChannelTeams | undefined;
	readonly told: (id: string) => Told | undefined;
	readonly ledger: MembershipLedger;
}

/** An event made up. */
export interface MadeUp {
	/** When it happened: milliseconds of the server's clock. Nothing earlier follows, but at a join. */
	readonly at: number;
	readonly body: EventBody;
	/** What it tells of a post, to be remembered. */
	readonly post?: { readonly change: PostChange; readonly head: PostHead };
	/** What it tells of a membership. */
	readonly booking?: Booking;
}

/** Channels asked at the same time. */
const atOnce = 4;

/** An event comes this long after its post was made at most. Seen on a real server: 70. Milliseconds. */
export const onItsWay = 500;

/** Posts held in memory at most; channels beyond that are read page by page. */
const budget = 20_000;

/** A channel with what changed in it. */
interface Read {
	readonly channel: Channel;
	readonly changes: readonly Change[];
	readonly joined: number;
	/** It was brought back from the archive, and nobody let the user in. */
	readonly restored: boolean;
	/** The posts made since are not among `changes`: they are read page by page. */
	readonly more: boolean;
}

export async function* catchUp(reads: Reads, plan: CatchUpPlan): AsyncGenerator<MadeUp> {
	const { floor, now, me, ledger } = plan;
	const mine = await channelChanges(reads, plan);
	// What of it came live is told live: it has come when all has that was sent until now.
	if (mine.changed) await plan.barrier();
	// The server archives a channel before it says so: that may be on its way still.
	if (mine.archived.some(({ delete_at }) => delete_at > now - onItsWay)) await plan.settled();
	const { contents, problems } = await readChannels(reads, mine, plan);
	for (const change of mine.teams) {
		if (!plan.toldLive(change)) yield { at: floor, body: membershipEvent(change, me) };
	}
	for (const channel of mine.joined) {
		const { joined: at = floor, restored = false } = contents.find((read) => read.channel === channel) ?? {};
		if (restored) {
			if (!plan.holds('channel_restored', channel.id)) yield { at: floor, body: restoredEvent(channel, me) };
			continue;
		}
		const change = joining(channel, me);
		if (plan.toldLive(change)) continue;
		yield { at: floor, body: await joinEvent(reads, channel, me), booking: { change, by: 1, at } };
	}
	for (const { change, at } of ledger.untold(floor)) {
		for (const made of makeUp(change, at, plan)) yield { ...made, at: floor };
	}
	yield* tellPosts(reads, contents, plan);
	for (const channel of mine.archived) {
		if (!plan.holds('channel_deleted', channel.id)) yield { at: now, body: archivedEvent(channel) };
	}
	for (const change of mine.left) {
		if (!plan.toldLive(change)) yield { at: now, body: membershipEvent(change, me) };
	}
	if (plan.heldWithoutEvent().length > 0) await plan.barrier();
	for (const { change, at } of plan.heldWithoutEvent()) {
		yield { at: now, body: membershipEvent(change, me), booking: { change, by: 1, at } };
	}
	for (const problem of problems) yield { at: now, body: resyncEvent(problem) };
}

export function resyncEvent(said: ResyncData): EventBody {
	return new EventBody('resync', { ...said }, { ...toNobody, channel_id: said.channelId ?? '' });
}

async function readChannels(
	reads: Reads,
	{ readable, joined, lost }: ChannelChanges,
	plan: CatchUpPlan,
): Promise<{ contents: Read[]; problems: ResyncData[] }> {
	const { floor, now, wants, me } = plan;
	const contents: Read[] = [];
	const problems: ResyncData[] = [];
	const unreadable = (channelId: string, detail: string): ResyncData => {
		return { reason: 'channel-unreadable', channelId, from: floor, to: now, detail };
	};
	for (const id of lost) problems.push(unreadable(id, 'the user is not in it any more'));
	// After a deletion last_post_at goes back, but never behind a post that is still there.
	const waiting = wants.changes ? [...readable] : readable.filter(({ last_post_at }) => last_post_at > floor);
	let kept = 0;
	const reader = async () => {
		for (let channel = waiting.shift(); channel; channel = waiting.shift()) {
			const { id } = channel;
			const rows = await reads.since(id, floor).catch(gone);
			if (!rows) {
				problems.push(unreadable(id, 'it is archived, or the user may not read it'));
				continue;
			}
			const full = rows.length >= sinceLimit;
			if (full && wants.changes) problems.push({ reason: 'too-many-changes', channelId: id, from: floor, to: now });
			const since = joined.includes(channel) ? timeOfJoining(rows, me) : 0;
			let changes = changesOf(rows, spanOf(since, plan));
			const more = full || kept + changes.length > budget;
			// What is new and still there comes page by page, edited or not.
			if (more) changes = changes.filter(({ post }) => post.create_at <= floor || post.delete_at > 0);
			kept += changes.length;
			const restored = since === 0 && rows.some(isRestoredSince(floor));
			contents.push({ channel, changes, more, joined: since, restored });
		}
	};
	await Promise.all(Array.from({ length: atOnce }, reader));
	return { contents, problems };
}

function isRestoredSince(floor: number): (post: Post) => boolean {
	return ({ type, create_at }) => type === 'system_channel_restored' && create_at > floor;
}

/** When the user came into the channel, by the server's own post about it; 0 where there is none (direct channels). */
function timeOfJoining(rows: readonly Post[], me: string): number {
	let at = 0;
	for (const post of rows) {
		const change = changeOfPost(post, '');
		if (change?.kind === 'added' && change.userId === me) at = Math.max(at, post.create_at);
	}
	return at;
}

async function* tellPosts(reads: Reads, contents: readonly Read[], plan: CatchUpPlan): AsyncGenerator<MadeUp> {
	const channels = new Map(contents.map(({ channel }) => [channel.id, channel]));
	const live = new LeftToLive(plan.heardLive);
	const known = async function* () {
		yield* inOrder(contents.flatMap(({ changes }) => changes));
	};
	const paged = contents.filter(({ more }) => more).map((read) => pagedChanges(reads, read, plan));
	const sources = [known(), ...paged];
	for await (const group of grouped(merge(sources), 200)) {
		const posted = group.filter(({ kind }) => kind === 'posted');
		const names = await reads.names(posted.map(({ post }) => post.user_id));
		// Made just now, or before the clock was set back? Only what did not come live is told here.
		if (plan.clockMoved && posted.some(({ post }) => post.create_at > plan.now - onItsWay)) await plan.settled();
		for (const change of group) {
			const channel = channels.get(change.post.channel_id);
			const left = plan.clockMoved ? plan.heardLive(change.post.id) : live.leaves(change);
			if (channel && !left) yield* tell(change, channel, names, plan);
		}
	}
}

/** The new posts of a channel with more changes than the server gives at once. */
async function* pagedChanges(reads: Reads, { channel, joined }: Read, plan: CatchUpPlan): AsyncGenerator<Change> {
	let last = new Set<string>();
	for await (const page of walk(reads, channel.id, Math.max(plan.floor, joined - 1))) {
		const fresh = page.filter(({ id }) => !last.has(id));
		last = new Set(page.map(({ id }) => id));
		for (const change of changesOf(fresh, spanOf(joined, plan))) {
			// An edit is told with its post: `at` may not run ahead of the posts that follow.
			if (change.post.create_at > plan.floor) yield { ...change, at: change.post.create_at };
		}
	}
}

function spanOf(joined: number, { floor, ceiling, serverTime, told }: CatchUpPlan): Span {
	return { floor, ceiling, joined, told, latest: serverTime() + onItsWay };
}

function* tell({ at, kind, post }: Change, channel: Channel, names: ReadonlyMap<string, string>, plan: CatchUpPlan) {
	// Its edit is still to be told, also when this is cut in between.
	const edited = kind === 'posted' && post.edit_at > 0;
	const head = headOf(edited ? { ...post, update_at: post.create_at, edit_at: 0 } : post);
	const madeUp = (body: EventBody): MadeUp => ({ at, body, post: { change: kind, head } });
	const broadcast = { ...toNobody, channel_id: channel.id };
	if (kind !== 'posted') {
		yield madeUp(new EventBody(kind, { post }, broadcast));
		return;
	}
	const change = changeOfPost(post, channel.team_id);
	const posted = madeUp(new EventBody(kind, postedData(post, channel, names), broadcast));
	if (!change) {
		yield posted;
		return;
	}
	yield { ...posted, booking: { change, by: -1, at: post.create_at } } satisfies MadeUp;
	yield* makeUp(change, at, plan);
}

function* makeUp(change: MembershipChange, at: number, { ledger, me, toldLive }: CatchUpPlan): Generator<MadeUp> {
	if (!ledger.lacksEvent(change) || toldLive(change)) return;
	yield { at, body: membershipEvent(change, me), booking: { change, by: 1, at } };
}

/** As the server would have sent it, but for `mentions` and `followers`: only it can tell whom a post mentions. */
function postedData(post: Post, channel: Channel, names: ReadonlyMap<string, string>): Record<string, unknown> {
	const override = post.props?.override_username;
	const name = typeof override === 'string' && override !== '' ? override : `@${names.get(post.user_id) ?? ''}`;
	const sender = post.type.startsWith('system_') ? 'System' : name;
	return {
		post,
		channel_type: channel.type,
		channel_display_name: channel.type === 'D' ? sender : channel.display_name,
		channel_name: channel.name,
		sender_name: sender,
		team_id: channel.team_id,
	};
}
