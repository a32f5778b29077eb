import { setTimeout as delay } from 'node:timers/promises';

/** Waits until it is over, but not after `deadline` (milliseconds since 1970). For the end of the server: it looks again and again. */
export async function untilOver(isOver: () => boolean, deadline: number): Promise<void> {
	while (!isOver() && Date.now() < deadline) await delay(10);
}
