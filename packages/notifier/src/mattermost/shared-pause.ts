// A 429 is obeyed by all processes that share the database: who gets one writes down how long it holds, and wakes the others.
import type { Logger } from 'pino';
import type { Outbox } from '../outbox/outbox.ts';
import { pauseLeft, savePause } from '../outbox/pause.ts';

/** What the store calls those who obey. */
const channel = 'matterkit_notifier_pause';

export interface SharedPauseOptions {
	readonly outbox: Outbox;
	/** Some process, maybe this one, was told to leave Mattermost alone for so many milliseconds. */
	readonly heard: (milliseconds: number) => void;
	readonly log: Logger;
}

export class SharedPause {
	readonly #options: SharedPauseOptions;
	readonly #isShared: boolean;
	#listening: AsyncDisposable | undefined;

	constructor(options: SharedPauseOptions) {
		this.#options = options;
		this.#isShared = options.outbox.store.kind === 'postgres';
	}

	/** From now on, and of what holds already. */
	async start(): Promise<void> {
		if (!this.#isShared) return;
		this.#listening = await this.#options.outbox.store.listen(channel, () => void this.#look());
		await this.#look();
	}

	/** This process was told so. */
	tell(milliseconds: number): void {
		if (this.#isShared) void this.#attempt(() => this.#tell(milliseconds));
	}

	async end(): Promise<void> {
		await this.#listening?.[Symbol.asyncDispose]();
	}

	async #tell(milliseconds: number): Promise<void> {
		const { outbox } = this.#options;
		await savePause(outbox, milliseconds);
		await outbox.store.notify(channel);
	}

	#look(): Promise<void> {
		return this.#attempt(async () => {
			const left = await pauseLeft(this.#options.outbox);
			if (left > 0) this.#options.heard(left);
		});
	}

	/** Without the database nothing is claimed; and who does not hear of it gets a 429 of their own. */
	#attempt(work: () => Promise<void>): Promise<void> {
		return work().catch((error: unknown) =>
			this.#options.log.debug({ err: error }, 'a pause could not be shared between processes'),
		);
	}
}
