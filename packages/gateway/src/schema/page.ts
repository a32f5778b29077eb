import { RefusedError } from '../refused-error.ts';
import type { Builder } from './builder.ts';

/** Where the client names no size. */
export const defaultPageSize = 60;

export function definePage(builder: Builder) {
	return builder.inputType('PageType', {
		description: 'Which page of a list. All lists count from 1.',
		fields: (t) => ({
			pageSize: t.int({ description: 'The number of items per page (60).' }),
			pageNumber: t.int({ description: 'The page number, from 1 (1).' }),
		}),
	});
}

export type PageInput = ReturnType<typeof definePage>;

export function pageOf(
	page: { pageSize?: number | null | undefined; pageNumber?: number | null | undefined } | null | undefined,
): {
	readonly size: number;
	readonly number: number;
} {
	const size = sizeOf('pageSize', page?.pageSize);
	const number = page?.pageNumber ?? 1;
	if (number < 1) throw new RefusedError('pageNumber must be 1 or more: pages count from 1.', 'BAD_USER_INPUT');
	return { size, number };
}

/**
 * How many the client asks for, by whatever name. The upper bound is the engine's limit `pageSize`.
 * @throws RefusedError when that is none
 */
export function sizeOf(argument: string, size: number | null | undefined, otherwise = defaultPageSize): number {
	if (typeof size === 'number' && size < 1) throw new RefusedError(`${argument} must be 1 or more.`, 'BAD_USER_INPUT');
	return size ?? otherwise;
}
