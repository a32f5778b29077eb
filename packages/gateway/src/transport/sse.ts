// Server-sent events, one connection per operation ("distinct connections mode" of graphql-sse):
// https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import type { Caller } from '../engine/context.ts';
import type { Viewer } from '../engine/engine.ts';
import type { Limits } from '../engine/limits.ts';
import type { Running } from '../engine/operations.ts';
import type { Delivery } from '../engine/payload.ts';
import type { Sink } from '../engine/subscriber.ts';

/** Proxies cut connections that are silent for long; many after 30 s. */
const keepAliveInterval = 12_000;

/** One operation that streams its results into a response. */
export class EventStream<V extends Viewer> implements Sink {
	readonly caller: Caller<V>;
	readonly #response: ServerResponse;
	readonly #limits: Limits;
	#running: Running | undefined;
	#keepAliveAt: number;
	#over = false;

	/** @param now milliseconds since 1970 */
	constructor(response: ServerResponse, caller: Caller<V>, limits: Limits, now: number) {
		this.#response = response;
		this.caller = caller;
		this.#limits = limits;
		this.#keepAliveAt = now + keepAliveInterval;
		response.writeHead(200, {
			'content-type': 'text/event-stream; charset=utf-8',
			'cache-control': 'no-cache, no-transform',
			'x-accel-buffering': 'no',
			'x-request-id': caller.requestId,
		});
		response.flushHeaders();
		response.on('close', () => this.#stop());
	}

	get requestId(): string {
		return this.caller.requestId;
	}

	/** Whether it is to bring the answer to a query or mutation. */
	get answering(): boolean {
		return !this.#over && this.#running !== undefined && this.#running.kind !== 'subscription';
	}

	/** Bytes that wait for the reader. */
	get queuedBytes(): number {
		return this.#response.writableLength;
	}

	run(running: Running): void {
		this.#running = running;
		if (this.#over) running.stop();
	}

	next({ events }: Delivery): void {
		// A reader too slow for its events: without `complete` its client takes the end as a fault and comes back.
		if (this.queuedBytes > this.#limits.queueBytes) this.cut();
		else this.#write(events);
	}

	complete(): void {
		this.#write('event: complete\ndata:\n\n');
		this.cut();
	}

	refuse(errors: readonly GraphQLFormattedError[]): void {
		this.#write(`event: next\ndata: ${JSON.stringify({ errors })}\n\n`);
		this.complete();
	}

	ready(): Promise<void> | undefined {
		if (!this.#response.writableNeedDrain) return undefined;
		return new Promise((resolve) => {
			this.#response.once('drain', resolve);
			this.#response.once('close', resolve);
		});
	}

	/** Called about every second, with milliseconds since 1970. */
	tick(now: number): void {
		const { viewer } = this.caller;
		if (viewer && now >= viewer.expiresAt)
			this.refuse([{ message: 'the token has expired', extensions: { code: 'TOKEN_EXPIRED' } }]);
		else if (now >= this.#keepAliveAt) {
			this.#keepAliveAt = now + keepAliveInterval;
			this.#write(':\n\n');
		}
	}

	/** Ends the response where it is. */
	cut(): void {
		this.#stop();
		if (this.queuedBytes > this.#limits.queueBytes) this.#response.destroy();
		else this.#response.end();
	}

	#write(text: string): void {
		if (!this.#over) this.#response.write(text);
	}

	#stop(): void {
		if (this.#over) return;
		this.#over = true;
		this.#running?.stop();
	}
}
