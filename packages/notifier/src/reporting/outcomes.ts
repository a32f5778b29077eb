// Waiting for how a delivery ends, for callers who asked to.
import { listed } from '../outbox/given.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { State } from '../outbox/states.ts';

/** Milliseconds between looks at the table: another process may be the one that posts. */
const every = 250;

/** How a delivery stands. */
export interface Standing {
	readonly id: string;
	readonly key: string;
	readonly state: State;
	readonly target: 'dm' | 'channel' | null;
	readonly channel_id: string | null;
	readonly post_id: string | null;
	readonly reason: string | null;
}

const columns = ['id', 'key', 'state', 'target', 'channel_id', 'post_id', 'reason'] as const;

export function standingOf({ db }: Outbox, id: string): Promise<Standing | undefined> {
	return db.selectFrom('notifier_delivery').select(columns).where('id', '=', id).executeTakeFirst();
}

/** By id. */
export async function standingsOf({ db }: Outbox, ids: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
	if (ids.length === 0) return new Map();
	const standings = await db.selectFrom('notifier_delivery').select(columns).where('id', 'in', ids).execute();
	return new Map(standings.map((standing) => [standing.id, standing]));
}

export class Outcomes {
	readonly #outbox: Outbox;
	readonly #waiting = new Map<string, Set<() => void>>();
	#timer: NodeJS.Timeout | undefined;

	constructor(outbox: Outbox) {
		this.#outbox = outbox;
	}

	/** A worker of this process has finished it. */
	finished(id: string): void {
		for (const resolve of this.#waiting.get(id) ?? []) resolve();
	}

	/** Resolves when the delivery is finished, after `timeout` milliseconds, or when the signal says so. */
	async wait(id: string, timeout: number, signal?: AbortSignal): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		if (signal?.aborted) return;
		const timer = setTimeout(resolve, timeout);
		const left = () => resolve();
		signal?.addEventListener('abort', left, { once: true });
		const waiting = this.#waiting.get(id) ?? new Set();
		this.#waiting.set(id, waiting.add(resolve));
		// It may have ended before anyone waited.
		void this.#look([id]);
		this.#timer ??= setInterval(() => void this.#look([...this.#waiting.keys()]), every);
		await promise;
		clearTimeout(timer);
		signal?.removeEventListener('abort', left);
		waiting.delete(resolve);
		if (waiting.size === 0) this.#waiting.delete(id);
		if (this.#waiting.size === 0) {
			clearInterval(this.#timer);
			this.#timer = undefined;
		}
	}

	/** Ends all waiting. */
	close(): void {
		for (const id of this.#waiting.keys()) this.finished(id);
	}

	async #look(ids: readonly string[]): Promise<void> {
		try {
			const finished = await this.#outbox.db
				.selectFrom('notifier_delivery')
				.select('id')
				.where('id', 'in', listed(this.#outbox.store.kind, ids))
				.where('finished_at', 'is not', null)
				.execute();
			for (const { id } of finished) this.finished(id);
		} catch {
			// The database is away: they wait to the end of their time.
		}
	}
}
