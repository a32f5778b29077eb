// Where a list goes on: opaque to callers, so that it may hold something else one day.
import { z } from 'zod';

export const cursorAfter = (id: string) => Buffer.from(`1:${id}`).toString('base64url');

/** The id after which the list goes on. */
export const cursor = z.string({ error: 'must be a text' }).transform((given, context) => {
	const [, id] = /^1:([0-9a-z_]{1,64})$/.exec(Buffer.from(given, 'base64url').toString()) ?? [];
	if (id !== undefined) return id;
	context.addIssue({ code: 'custom', message: 'is not one that this list gave' });
	return z.NEVER;
});
