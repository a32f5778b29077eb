import { setTimeout as delay } from 'node:timers/promises';
import { AbortError } from '@matterkit/http';

/** @throws AbortError as soon as `signal` aborts. */
export async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
	try {
		await delay(milliseconds, undefined, signal ? { signal } : {});
	} catch {
		throw new AbortError('aborted while waiting for the next try', { cause: signal?.reason });
	}
}
