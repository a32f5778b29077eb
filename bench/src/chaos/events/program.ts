// The program that listens: it can be killed and started again with the position that it kept, like any other.
import { type EventStream, type MachineOptions, Mattermost, type Position, type StreamEvent } from '@matterkit/client';
import type { Heard, Journal } from './journal.ts';

export interface ProgramOptions {
	readonly url: string;
	readonly journal: Journal;
	readonly timing: Partial<MachineOptions>;
	readonly buffer: number;
}

export class Program {
	token: string;
	/** Milliseconds that the next event takes: a slow consumer. */
	busy = 0;
	/** State changes and how a stream ended, for who looks for causes. */
	readonly log: string[] = [];
	readonly #options: ProgramOptions;
	#position: Position | undefined;
	#run: Promise<void> | undefined;
	#stream: EventStream | undefined;

	constructor(token: string, options: ProgramOptions) {
		this.token = token;
		this.#options = options;
	}

	get state(): string {
		return this.#stream?.state ?? 'none';
	}

	/** Resolves when the first stream is live. */
	async start(): Promise<void> {
		const mm = new Mattermost({ url: this.#options.url, token: this.token, timeout: 2_000 });
		const stream = mm.events({
			timing: this.#options.timing,
			buffer: this.#options.buffer,
			...(this.#position ? { position: this.#position } : {}),
		});
		stream.on('state', (state, error) => this.log.push(`${state}${error ? ` (${error.message})` : ''}`));
		this.#stream = stream;
		this.#run = this.#listen(stream).finally(() => mm.close());
		await stream.ready().catch(() => {});
	}

	/** Ends as by SIGKILL between two events: what was heard and the position are what they are. */
	async kill(): Promise<void> {
		const stream = this.#stream;
		if (!stream) return;
		// JSON, as it would be stored.
		this.#position = JSON.parse(JSON.stringify(stream.position()));
		this.#stream = undefined;
		await stream.close();
		await this.#run;
	}

	/** What whoever runs it does when it ended since its user was deactivated. */
	async restartIfRefused(): Promise<void> {
		if (this.state !== 'refused') return;
		await this.kill();
		await this.start();
	}

	async #listen(stream: EventStream): Promise<void> {
		try {
			for await (const event of stream) {
				// What was still buffered when it was killed is not heard.
				if (stream !== this.#stream) break;
				this.#options.journal.heard.push(heardOf(event));
				if (this.busy === 0) continue;
				const { busy } = this;
				this.busy = 0;
				await new Promise((resolve) => setTimeout(resolve, busy));
			}
		} catch (error) {
			this.log.push(`ended: ${error}`);
		}
	}
}

function heardOf(event: StreamEvent): Heard {
	const { type, source } = event;
	switch (event.type) {
		case 'posted':
		case 'post_edited':
		case 'post_deleted': {
			const { id, message, update_at, edit_at } = event.data.post;
			return { type, source, postId: id, message, updateAt: update_at, editAt: edit_at };
		}
		case 'user_added':
			return { type, source, membership: `added ${event.broadcast.channel_id} ${event.data.user_id}` };
		case 'user_removed':
			return { type, source, membership: `removed ${event.broadcast.channel_id} ${event.data.user_id}` };
		case 'resync':
			return { type, source, resync: `${event.data.reason} ${event.data.channelId ?? ''}` };
		default:
			return { type, source };
	}
}
