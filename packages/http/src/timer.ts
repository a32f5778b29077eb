/** Node's timers take no more than this (24.8 days), and make one millisecond of what is above. */
const longest = 2 ** 31 - 1;

export const timerOf = (milliseconds: number): number => Math.min(milliseconds, longest);

/** Is over after so many milliseconds, or at once when a signal aborts: look at the signals to know which. */
export function pause(milliseconds: number, ...signals: (AbortSignal | undefined)[]): Promise<void> {
	return new Promise((resolve) => {
		const end = () => {
			clearTimeout(timer);
			for (const signal of signals) signal?.removeEventListener('abort', end);
			resolve();
		};
		const timer = setTimeout(end, timerOf(milliseconds));
		for (const signal of signals) signal?.addEventListener('abort', end);
		if (signals.some((signal) => signal?.aborted)) end();
	});
}
