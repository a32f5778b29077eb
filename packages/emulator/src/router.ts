// Routes as they stand in Mattermost's table: 'GET /api/v4/users/{user_id}'. Found by a tree of path segments.
import type { Call } from './call.ts';

/** 'user_id' | 'post_id' for '/users/{user_id}/posts/{post_id}'. */
export type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
	? Name | ParamsOf<Rest>
	: never;

export type Handler<Path extends string = string> = (call: Call<ParamsOf<Path>>) => unknown;

export interface RouteOptions {
	/** Answered without a token too; `call.session` may be undefined. Default false: 401 without one. */
	readonly open?: boolean;
	/** The handler reads `call.request` itself (uploads): `call.body` is empty and no limit of size holds. Default false. */
	readonly stream?: boolean;
}

export interface Route extends RouteOptions {
	/** 'GET /api/v4/users/{user_id}' */
	readonly name: string;
	readonly handler: (call: Call) => unknown;
}

export function route<const Name extends string>(
	name: Name,
	handler: Handler<Name>,
	options: RouteOptions = {},
): Route {
	// The router fills exactly the parameters that stand in the name, which the type of all handlers together can't say.
	return { name, handler: handler as Route['handler'], ...options };
}

export interface Found {
	readonly route: Route;
	readonly params: Readonly<Record<string, string>>;
}

interface Node {
	readonly fixed: Map<string, Node>;
	/** Several names at one place ('{user_id}', '{hook_id}') share a branch; the names come from the route that is found. */
	any: Node | undefined;
	route: Route | undefined;
	names: readonly string[];
}

const node = (): Node => ({ fixed: new Map(), any: undefined, route: undefined, names: [] });

export class Router {
	readonly #methods = new Map<string, Node>();

	/** A route that is there already is replaced. */
	add(route: Route): void {
		const [method = '', path = ''] = route.name.split(' ');
		let at = this.#methods.get(method) ?? node();
		this.#methods.set(method, at);
		const names: string[] = [];
		for (const segment of path.slice(1).split('/')) {
			let next: Node;
			if (segment.startsWith('{')) {
				names.push(segment.slice(1, -1));
				at.any ??= node();
				next = at.any;
			} else {
				next = at.fixed.get(segment) ?? node();
				at.fixed.set(segment, next);
			}
			at = next;
		}
		at.route = route;
		at.names = names;
	}

	find(method: string, path: string): Found | undefined {
		const root = this.#methods.get(method);
		if (!root) return undefined;
		const segments = path.slice(1).split('/');
		const values: string[] = [];
		const end = descend(root, segments, 0, values);
		if (!end?.route) return undefined;
		const params: Record<string, string> = {};
		end.names.forEach((name, index) => {
			params[name] = values[index] ?? '';
		});
		return { route: end.route, params };
	}
}

function descend(at: Node, segments: readonly string[], index: number, values: string[]): Node | undefined {
	const segment = segments[index];
	if (segment === undefined) return at.route ? at : undefined;
	const fixed = at.fixed.get(segment);
	const found = fixed && descend(fixed, segments, index + 1, values);
	if (found) return found;
	if (!at.any || segment === '') return undefined;
	values.push(decoded(segment));
	const below = descend(at.any, segments, index + 1, values);
	if (!below) values.pop();
	return below;
}

function decoded(segment: string): string {
	if (!segment.includes('%')) return segment;
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
