// Route strings into request paths: which parameters a route has (types), and their safe encoding.
import { ValidationError } from '@matterkit/http';

type Names<R extends string> = R extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The path parameters that a route names: `{ user_id }` for `GET /api/v4/users/{user_id}`. */
export type PathParams<R extends string> = { readonly [Name in Names<R>]: string | number };

/** The same by position. */
export type PathValues<R extends string> = R extends `${string}{${string}}${infer Rest}`
	? readonly [string | number, ...PathValues<Rest>]
	: readonly [];

/**
 * The path of `route` with its parameters in place.
 * @throws ValidationError for a value that is missing, empty, `.` or `..`: it would become another route.
 */
export function fillPath(route: string, parameter: (name: string, index: number) => unknown): string {
	let index = 0;
	return route.slice(route.indexOf(' ') + 1).replace(/\{(\w+)\}/g, (_, name: string) => {
		const value = parameter(name, index++);
		const text = typeof value === 'number' ? String(value) : value;
		const fault = faultOf(text);
		if (fault) throw new ValidationError(`${name} ${fault} (in ${route})`, { route });
		return encodeURIComponent(text as string);
	});
}

/** Why this can't be one segment of a path. encodeURIComponent leaves dots alone, and `%2e%2e` is the parent folder too. */
function faultOf(value: unknown): string | undefined {
	if (typeof value !== 'string' || value === '') return 'must not be empty';
	if (value === '.' || value === '..') return `must not be "${value}"`;
	if (!value.isWellFormed()) return 'has half of a surrogate pair';
	return undefined;
}
