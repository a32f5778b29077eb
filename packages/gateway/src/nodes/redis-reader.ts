import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';

export interface StreamItem {
	readonly topic: string;
	/** JSON of the entry; undefined where the item only says that a lease is free. */
	readonly entry: string | undefined;
}

/** Milliseconds that Redis holds an answer back when there is nothing new. */
export const blockTime = 2_000;

/** Follows the stream of entries on a connection which blocks while nothing comes. */
export class RedisReader {
	readonly #commands: Redis;
	readonly #blocking: Redis;
	readonly #key: string;
	readonly #take: (items: readonly StreamItem[]) => void;
	#position: string | undefined;
	/** Another Redis may be there now, without what comes next. */
	#isLost = false;
	#stopped = false;

	/** @param blocking is the reader's own from now on: what else were sent over it would wait for the next entry. */
	constructor(commands: Redis, blocking: Redis, key: string, take: (items: readonly StreamItem[]) => void) {
		this.#commands = commands;
		this.#blocking = blocking;
		this.#key = key;
		this.#take = take;
	}

	/** The connection was lost: nothing is read until `resume` has looked. */
	get isLost(): boolean {
		return this.#isLost;
	}

	/**
	 * Makes sure that reading goes on where it ended, or begins now. False when what comes next is not there any more:
	 * Redis lost its memory, or more was written meanwhile than it keeps.
	 */
	async resume(): Promise<boolean> {
		const newest = await this.#commands.xrevrange(this.#key, '+', '-', 'COUNT', 1);
		if (this.#position === undefined) {
			this.#position = newest[0]?.[0] ?? '0-0';
			void this.#run();
			return true;
		}
		const isIntact = this.#position === '0-0' || (await this.#has(this.#position));
		if (!isIntact) this.#position = newest[0]?.[0] ?? '0-0';
		this.#isLost = false;
		return isIntact;
	}

	stop(): void {
		this.#stopped = true;
		this.#blocking.disconnect();
	}

	async #has(id: string): Promise<boolean> {
		return (await this.#commands.xrange(this.#key, id, id)).length > 0;
	}

	async #run(): Promise<void> {
		while (!this.#stopped) {
			const position = this.#position ?? '0-0';
			if (this.#isLost) {
				await delay(20);
				continue;
			}
			try {
				const streams = await this.#blocking.xread('COUNT', 500, 'BLOCK', blockTime, 'STREAMS', this.#key, position);
				const items = streams?.[0]?.[1] ?? [];
				// `resume` may have moved the position meanwhile: what was read from the old one is nothing then.
				if (this.#stopped || this.#position !== position) continue;
				this.#position = items.at(-1)?.[0] ?? position;
				if (items.length > 0) this.#take(items.map(([, fields]) => toItem(fields)));
			} catch {
				// The connection is down: it comes back by itself.
				this.#isLost = true;
			}
		}
	}
}

function toItem(fields: readonly string[]): StreamItem {
	const at = (name: string) => {
		const index = fields.indexOf(name);
		return index >= 0 && index % 2 === 0 ? fields[index + 1] : undefined;
	};
	return { topic: at('t') ?? '', entry: at('e') };
}
