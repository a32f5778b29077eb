import { setTimeout as delay } from 'node:timers/promises';
import { AbortError } from '@matterkit/http';

/** @throws AbortError as soon as `signal` aborts. */
export async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
	try {
		await delay(milliseconds, undefined, signal ? { signal } : {});
	} catch {
		throw aborted(signal);
	}
}

/** Waits for what others wait for too, and which therefore goes on. @throws AbortError as soon as `signal` aborts. */
export async function waitFor<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
	if (!signal) return shared;
	if (signal.aborted) throw aborted(signal);
	const end = Promise.withResolvers<never>();
	const abort = () => end.reject(aborted(signal));
	signal.addEventListener('abort', abort);
	try {
		return await Promise.race([shared, end.promise]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}

function aborted(signal: AbortSignal | undefined): AbortError {
	return new AbortError('aborted while waiting', { cause: signal?.reason });
}
