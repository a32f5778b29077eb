import type { IncomingMessage } from 'node:http';
import { Answer } from './answer.ts';
import { invalidBody, invalidUrl, sessionExpired } from './errors.ts';
import { Fields, stringsIn } from './fields.ts';
import { isId } from './ids.ts';
import type { Found } from './router.ts';
import type { Site } from './site.ts';
import type { Session } from './world/sessions.ts';
import type { User } from './world/users.ts';

/** One request with everything its handler needs. */
export class Call<Params extends string = string> {
	readonly site: Site;
	readonly request: IncomingMessage;
	/** Path parameters, decoded; those that should be ids are ids, and `me` is the caller's id. */
	readonly params: Readonly<Record<Params, string>>;
	/** Empty where the route is marked `stream`. */
	readonly body: Buffer;
	/** undefined on an open route without a (valid) token. */
	readonly session: Session | undefined;
	readonly #search: string;
	#query: URLSearchParams | undefined;

	constructor(
		site: Site,
		request: IncomingMessage,
		found: Found,
		search: string,
		body: Buffer,
		session: Session | undefined,
	) {
		this.site = site;
		this.request = request;
		this.session = session;
		this.params = checked(found.params, session) as Record<Params, string>;
		this.#search = search;
		this.body = body;
	}

	get world(): Site['world'] {
		return this.site.world;
	}

	get hub(): Site['hub'] {
		return this.site.hub;
	}

	get now(): number {
		return this.site.clock.now();
	}

	/** Who calls. @throws 401 where nobody is signed in. */
	get user(): User {
		const user = this.session && this.world.users.get(this.session.user_id);
		if (!user) throw sessionExpired();
		return user;
	}

	get query(): URLSearchParams {
		this.#query ??= new URLSearchParams(this.#search);
		return this.#query;
	}

	/** A query parameter, '' when absent. */
	asked(name: string): string {
		return this.query.get(name) ?? '';
	}

	flag(name: string): boolean {
		return this.asked(name) === 'true';
	}

	/** `page` from 0 and `per_page`: 60 by default, 200 at most; nonsense counts as absent, as on the real server. */
	page(size = 60): { readonly page: number; readonly perPage: number; readonly from: number; readonly to: number } {
		const page = natural(this.asked('page')) ?? 0;
		const perPage = Math.min(natural(this.asked('per_page')) ?? size, 200);
		return { page, perPage, from: page * perPage, to: (page + 1) * perPage };
	}

	/** The body's JSON. @throws 400 naming `what` it should have been. */
	json(what: string): unknown {
		try {
			return JSON.parse(this.body.toString());
		} catch {
			throw invalidBody(what);
		}
	}

	fields(what: string): Fields {
		return new Fields(this.json(what), what);
	}

	/** A list of strings in the body; an empty one is refused. */
	strings(what: string): string[] {
		const list = stringsIn(this.json(what), what);
		if (list.length === 0) throw invalidBody(what);
		return list;
	}

	/** 304 without a body when the caller has this version already. */
	tagged(etag: string, body: () => unknown): Answer {
		if (this.request.headers['if-none-match'] === etag) return new Answer(304, undefined, { etag });
		return new Answer(200, body(), { etag });
	}
}

function natural(text: string): number | undefined {
	return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Parameters that are not Mattermost ids although their names end in `_id`. */
const free = new Set(['plugin_id', 'category_id', 'remote_id', 'action_id', 'invite_id', 'syncable_id']);

function checked(params: Readonly<Record<string, string>>, session: Session | undefined): Record<string, string> {
	const result: Record<string, string> = {};
	for (const [name, value] of Object.entries(params)) {
		if (name === 'user_id' && value === 'me' && session) result[name] = session.user_id;
		else if (name.endsWith('_id') && !free.has(name) && !isId(value)) throw invalidUrl(name);
		else result[name] = value;
	}
	return result;
}
