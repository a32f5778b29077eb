// Which posts the gateway told, and in which order: kept in the database, so that who comes back after a restart with `after` gets all
// that came after it and nothing twice. A row is written before its post is told.
import type { Store } from '@matterkit/store';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { chunks } from '../chunks.ts';
import { within } from '../within.ts';
import { usualPosition } from './history.ts';

export interface ToldPost {
	readonly postId: string;
	/** Milliseconds of Mattermost's clock. */
	readonly createdAt: number;
	/** Its place in the order in which the channel's posts were told: see history.ts. */
	readonly position: number;
}

interface Row {
	channel_id: string;
	post_id: string;
	created_at: number;
	position: number;
}

interface Tables {
	gateway_told: Row;
}

/** Rows that are read for a channel: as many posts as are remembered of it. */
const mostRead = 4_000;

/** Rows of one statement: it is prepared for each number of rows. */
const rowsAtOnce = 50;

/** A database that takes longer than this is not waited for, for some time: milliseconds. */
const patience = 1_000;
const notWaitedFor = 10_000;

/** Rows written between two looks for old ones. */
const pruneEvery = 1_000;

/**
 * Of posts that were told in the order of their creation, only these last milliseconds are kept: nothing is told so late that it could be
 * among the earlier, and no node is so far behind another that it has yet to tell them.
 */
const keptInOrder = 120_000;

/** As long as a login lasts, in milliseconds: who comes back later logs in first, and hears in the order of creation. */
const kept = 7 * 24 * 3_600_000;

export class ToldLedger {
	readonly #db: Kysely<Tables>;
	readonly #logger: Logger;
	#waiting: { readonly row: Row; readonly written: () => void }[] = [];
	#flushing: Promise<void> | undefined;
	/** Newest creation time of each channel that was written to since the last look for old rows. */
	readonly #touched = new Map<string, number>();
	#sincePruned = 0;
	#downUntil = 0;

	constructor(store: Store, logger: Logger) {
		this.#db = store.db<Tables>();
		this.#logger = logger;
	}

	/**
	 * The last posts that were told, the earliest first. None where the database does not say.
	 * @param since at least all of those made from then on, in milliseconds of Mattermost's clock
	 */
	async of(channelId: string, since = 0): Promise<readonly ToldPost[]> {
		const query = this.#db
			.selectFrom('gateway_told')
			.selectAll()
			.where('channel_id', '=', channelId)
			.where('position', '>=', usualPosition(since))
			.orderBy('position', 'desc')
			.limit(mostRead);
		const rows = await within(patience, () => query.execute()).catch((error: unknown) => {
			this.#failed(error);
			return [];
		});
		return rows
			.reverse()
			.map(({ post_id, created_at, position }) => ({ postId: post_id, createdAt: created_at, position }));
	}

	/**
	 * Resolves when it is written, with all that was recorded before; or when the database fails or takes too long: a message is not kept
	 * back for it, and after a restart the order of creation stands in.
	 */
	async record(channelId: string, post: ToldPost): Promise<void> {
		if (performance.now() < this.#downUntil) return;
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#waiting.push({ row: rowOf(channelId, post), written: resolve });
		this.#flushing ??= this.#flush();
		await promise;
	}

	/** For posts that were there already. A place that another node has recorded stays. */
	async settle(channelId: string, posts: readonly ToldPost[]): Promise<void> {
		if (posts.length === 0 || performance.now() < this.#downUntil) return;
		const insert = async () => {
			for (const some of chunks(posts, rowsAtOnce)) {
				await this.#db
					.insertInto('gateway_told')
					.values(some.map((post) => rowOf(channelId, post)))
					.onConflict((conflict) => conflict.doNothing())
					.execute();
			}
		};
		await within(patience, insert).catch((error: unknown) => this.#failed(error));
	}

	/** Waits for what was recorded. */
	async close(): Promise<void> {
		await this.#flushing;
	}

	async #flush(): Promise<void> {
		while (this.#waiting.length > 0) {
			const batch = this.#waiting;
			this.#waiting = [];
			try {
				await within(patience, () => this.#write(batch.map(({ row }) => row)));
			} catch (error) {
				this.#failed(error);
			}
			for (const { written } of batch) written();
		}
		// In the turn of the look above: what is recorded after it begins a new flush.
		this.#flushing = undefined;
	}

	#failed(error: unknown): void {
		this.#downUntil = performance.now() + notWaitedFor;
		this.#logger.warn({ err: error }, 'the order of messages is not kept: after a restart that of creation holds');
	}

	async #write(rows: readonly Row[]): Promise<void> {
		for (const some of chunks(rows, rowsAtOnce)) {
			await this.#db
				.insertInto('gateway_told')
				.values(some)
				// Another node may have told it as well, while Redis was gone.
				.onConflict((conflict) =>
					conflict.column('post_id').doUpdateSet((set) => ({ position: set.ref('excluded.position') })),
				)
				.execute();
		}
		for (const { channel_id, created_at } of rows) {
			this.#touched.set(channel_id, Math.max(created_at, this.#touched.get(channel_id) ?? 0));
		}
		this.#sincePruned += rows.length;
		if (this.#sincePruned >= pruneEvery) await this.#prune();
	}

	async #prune(): Promise<void> {
		this.#sincePruned = 0;
		for (const [channelId, newest] of this.#touched) {
			await this.#db
				.deleteFrom('gateway_told')
				.where('channel_id', '=', channelId)
				.where((where) =>
					where.or([
						where('created_at', '<', newest - kept),
						where.and([
							where('created_at', '<', newest - keptInOrder),
							where('position', '=', where('created_at', '*', 1_000)),
						]),
					]),
				)
				.execute();
		}
		this.#touched.clear();
	}
}

const rowOf = (channelId: string, { postId, createdAt, position }: ToldPost): Row => ({
	channel_id: channelId,
	post_id: postId,
	created_at: createdAt,
	position,
});
