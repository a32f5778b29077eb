import { setTimeout as delay } from 'node:timers/promises';

/** Does `work` again and again, `interval` milliseconds after the last time was over; never twice at once. Dispose to end it. */
export function repeating(
	interval: number,
	work: () => Promise<void>,
	failed: (error: unknown) => void,
): AsyncDisposable {
	const ended = new AbortController();
	const loop = async () => {
		for (;;) {
			await delay(interval, undefined, { signal: ended.signal }).catch(() => {});
			if (ended.signal.aborted) return;
			await work().catch(failed);
		}
	};
	const done = loop();
	return {
		async [Symbol.asyncDispose]() {
			ended.abort();
			await done;
		},
	};
}
