import { isNotFoundError, type RequestOptions, ValidationError } from '@matterkit/http';
import type { Connection } from '../connection.ts';
import { Pages } from '../pages.ts';
import type { PathValues } from '../path.ts';
import type { Route, Routes } from '../routes.ts';

/** `page` from 0. `per_page`: 60 for one page and 200 (the most there is) for a walk, where you don't say. */
export type PageParams = { page?: number; per_page?: number };

/** Routes that answer an array and take `page` and `per_page`. */
type ListRoute = { [R in Route]: Routes[R] extends readonly unknown[] ? R : never }[Route];

/** A noun of Mattermost. Its methods are one line each: the route says method, path and answer. Arguments: ids, fields, options. */
export abstract class Resource {
	protected readonly connection: Connection;

	constructor(connection: Connection) {
		this.connection = connection;
	}

	protected call<R extends Route>(route: R, path: PathValues<R>, options?: RequestOptions): Promise<Routes[R]> {
		return this.connection.call(route, path, options);
	}

	/** A list by page number. It ends with an empty page: a short one may be followed by more (rows you may not see are left out). */
	protected pages<R extends ListRoute>(
		route: R,
		path: PathValues<R>,
		{ page = 0, ...params }: PageParams = {},
		options?: RequestOptions,
	): Pages<Item<Routes[R]>, number> {
		return new Pages(page, async (page, one) => {
			const per_page = params.per_page ?? (one ? 60 : 200);
			const items = await this.call(route, path, { ...options, params: { ...params, page, per_page } });
			// The type of `items` is one of many arrays; as a ListRoute's answer it is Item<Routes[R]>[].
			return {
				items: (items ?? []) as Item<Routes[R]>[],
				next: (items as unknown[] | null)?.length ? page + 1 : undefined,
			};
		});
	}
}

type Item<T> = T extends readonly (infer I)[] ? I : never;

/** null instead of an error when the server knows no such thing. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
	try {
		return await answer;
	} catch (error) {
		if (isNotFoundError(error)) return null;
		throw error;
	}
}

/** Refuses an empty id in a body before any request; those in paths are refused where the path is made. */
export function required(ids: Readonly<Record<string, string>>): void {
	for (const [name, id] of Object.entries(ids)) if (!id) throw new ValidationError(`${name} must not be empty`);
}

/** Fields for an upload as multipart/form-data. */
export function form(fields: Readonly<Record<string, Blob | string>>): FormData {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.append(name, value);
	return body;
}
