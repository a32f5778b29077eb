import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `condition` gives something truthy and returns that. For conditions that nothing announces;
 * where an event or a promise tells, await that instead.
 * @throws Error naming `what` after `timeout` milliseconds (default 30,000).
 */
export async function until<T>(
	what: string,
	condition: () => T | Promise<T>,
	{ timeout = 30_000, every = 10 }: { timeout?: number; every?: number } = {},
): Promise<NonNullable<Exclude<T, false>>> {
	const deadline = performance.now() + timeout;
	for (;;) {
		const value = await condition();
		if (value) return value as NonNullable<Exclude<T, false>>;
		if (performance.now() > deadline) throw new Error(`waited ${timeout} ms in vain: ${what}`);
		await delay(every);
	}
}
