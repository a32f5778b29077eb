import { channel } from 'node:diagnostics_channel';

/** Told of errors in handlers and of changes of state: `{ stream, … }`. */
export const diagnostics = {
	state: channel('matterkit:events:state'),
	error: channel('matterkit:events:error'),
};

type Handler = (...args: never[]) => unknown;

/** Handlers by name, called one after the other; what they throw never reaches the stream. */
export class Handlers {
	readonly #byName = new Map<string, Set<Handler>>();

	/** @returns stops it */
	add(name: string, handler: Handler): () => void {
		const handlers = this.#byName.get(name) ?? new Set();
		this.#byName.set(name, handlers.add(handler));
		return () => {
			handlers.delete(handler);
			if (handlers.size === 0) this.#byName.delete(name);
		};
	}

	/** Calls and does not wait. */
	tell(name: string, ...args: unknown[]): void {
		for (const handler of this.#byName.get(name) ?? []) void this.#call(name, handler, args);
	}

	/** Calls and waits for each: the next event comes when this one is done with. */
	async handle(name: string, ...args: unknown[]): Promise<void> {
		const handlers = this.#byName.get(name);
		if (handlers) for (const handler of [...handlers]) await this.#call(name, handler, args);
	}

	async #call(name: string, handler: Handler, args: unknown[]): Promise<void> {
		try {
			await handler(...(args as never[]));
		} catch (error) {
			this.failed(name, error);
			// Nobody listens for errors: said on stderr, but no reason to end the program.
			if (name === 'error' || !this.#byName.has('error')) {
				const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
				process.emitWarning(`a handler of "${name}" failed: ${text}`, 'EventHandlerWarning');
			}
		}
	}

	/** Tells of something that failed and does not end the stream. */
	failed(name: string, error: unknown): void {
		diagnostics.error.publish({ name, error });
		if (name !== 'error') this.tell('error', error, name);
	}
}
