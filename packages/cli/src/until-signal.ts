/**
 * Resolves when the process is asked to end: Ctrl-C, SIGTERM, or the npm script that started it is gone.
 * Later signals are taken and ignored, because npm and the terminal may both send one.
 */
export function untilSignal(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
		if (process.connected) process.once('disconnect', () => resolve());
		process.channel?.unref();
	});
}
