// Where a list goes on: opaque to callers, so that it may hold something else one day.
import { badRequest } from './parse.ts';

export const cursorAfter = (id: string) => Buffer.from(`1:${id}`).toString('base64url');

/**
 * The id after which the list goes on.
 * @throws RequestError 400 that names `cursor`.
 */
export function idOfCursor(cursor: string): string {
	const [, id] = /^1:([0-9a-z_]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
	if (id === undefined) throw badRequest({ cursor: 'is not one that this list gave' });
	return id;
}
