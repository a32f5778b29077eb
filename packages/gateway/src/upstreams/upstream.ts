// One user's event stream from Mattermost, kept open while it covers channels. A token that Mattermost refuses is renewed once;
// what can't be renewed ends the upstream.
import { ActionError, type EventStream, type FrameDecoder, type StreamEvent } from '@matterkit/client';
import type { Viewer } from '../access/viewer.ts';

export interface UpstreamListener {
	event(event: StreamEvent, upstream: Upstream): void;
	/** Events may be missing between what came and what comes. */
	gap(upstream: Upstream): void;
	/** It will never deliver again. */
	ended(upstream: Upstream, error: Error | undefined): void;
}

export interface UpstreamOptions {
	readonly viewer: Viewer;
	readonly decoder: FrameDecoder;
	/** Milliseconds. */
	readonly heartbeat: number;
	readonly listener: UpstreamListener;
}

export class Upstream {
	readonly viewer: Viewer;
	readonly #options: UpstreamOptions;
	#live = pending();
	#stream: EventStream | undefined;
	#wasLive = false;
	#over = false;
	/** Of the stream. */
	#token = '';
	#checking = false;

	constructor(options: UpstreamOptions) {
		this.viewer = options.viewer;
		this.#options = options;
		void this.#open();
	}

	get userId(): string {
		return this.viewer.userId;
	}

	/** It delivers. */
	get isLive(): boolean {
		return this.#stream?.state === 'live';
	}

	/** Resolves when it delivers, for the first time or again after a new token; rejects when it ends before. */
	whenLive(): Promise<void> {
		return this.#live.promise;
	}

	close(): void {
		this.#end(undefined);
	}

	/** Finds out at once whether Mattermost still takes the stream's token: one that it does not makes the stream silent, not closed. */
	check(): void {
		const stream = this.#stream;
		if (!stream || this.#checking || this.#over) return;
		this.#checking = true;
		// Any action is refused then; this one asks for little.
		stream
			.statuses([this.userId])
			.catch((error: unknown) => {
				if (error instanceof ActionError && error.status === 401 && this.#stream === stream) this.#renew(stream);
			})
			.finally(() => {
				this.#checking = false;
			});
	}

	/**
	 * Another stream with another token, in place of this one. It begins anew and knows nothing of what came between, so the gap is told
	 * now: what it says before it is live comes after what was missed.
	 */
	#renew(stream: EventStream): void {
		this.#stream = undefined;
		void stream.close();
		void this.#open(this.#token);
		if (!this.#wasLive) return;
		this.#wasLive = false;
		this.#live = pending();
		this.#options.listener.gap(this);
	}

	async #open(refused?: string): Promise<void> {
		try {
			const { decoder, heartbeat } = this.#options;
			const token = await this.viewer.streamToken(refused);
			if (this.#over) return;
			const stream = await this.viewer.mattermost(async (mm) =>
				mm.as(token).events({ decoder, buffer: 10_000, timing: { heartbeat } }),
			);
			this.#token = token;
			this.#listen(stream, refused !== undefined);
		} catch (error) {
			this.#end(asError(error));
		}
	}

	#listen(stream: EventStream, renewed: boolean): void {
		this.#stream = stream;
		let secondTry = renewed;
		stream.on('event', (event) => {
			if (this.#over || this.#stream !== stream) return;
			if (event.type === 'resync') this.#options.listener.gap(this);
			else this.#options.listener.event(event, this);
		});
		stream.on('state', (state, error) => {
			if (this.#over || this.#stream !== stream) return;
			if (state === 'live') {
				secondTry = false;
				this.#wasLive = true;
				this.#live.resolve();
			}
			if (state !== 'refused') return;
			if (secondTry) this.#end(error);
			else this.#renew(stream);
		});
	}

	#end(error: Error | undefined): void {
		if (this.#over) return;
		this.#over = true;
		this.#live.reject(error ?? new Error('the upstream was closed'));
		void this.#stream?.close();
		this.#options.listener.ended(this, error);
	}
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function pending(): PromiseWithResolvers<void> {
	const live = Promise.withResolvers<void>();
	live.promise.catch(() => {});
	return live;
}
