import type { Answer } from './http.ts';
import { type Json, type JsonObject, object } from './recordings.ts';

const madeUp = 'q'.repeat(26);

/** The tokens of those who call in a recording, learned from its log-ins and from the personal access tokens it makes. */
export class Callers {
	readonly #tokens = new Map<string, string>([['nobody (a made-up token)', madeUp]]);
	readonly #names: ReadonlySet<string>;
	readonly #awaitingToken: string[];

	/**
	 * @param names whom the recording calls by which name; a login ends in the name
	 * @param tokenOwners who gets the personal access tokens, in the order in which they are made
	 */
	constructor(names: Iterable<string>, tokenOwners: readonly string[], adminToken: string) {
		this.#names = new Set(names);
		this.#awaitingToken = [...tokenOwners];
		this.#tokens.set('admin', adminToken);
	}

	/** The token of a caller; undefined for one who is not signed in. */
	token(name: string | undefined): string | undefined {
		if (name === undefined || name === 'unknown') return undefined;
		// Where a login failed here, what follows is refused, and each refusal is a difference.
		return this.#tokens.get(name) ?? madeUp;
	}

	learn(method: string, path: string, body: Json | undefined, answer: Answer): void {
		if (method !== 'POST' || answer.status !== 200) return;
		if (path === '/api/v4/users/login') {
			const login = String(object(body).login_id).split('@')[0] ?? '';
			const name = [...this.#names].find((name) => login.endsWith(name)) ?? 'user';
			this.#tokens.set(name, String(answer.headers.token));
		} else if (/^\/api\/v4\/users\/\w{26}\/tokens$/.test(path)) {
			const made = JSON.parse(answer.body.toString()) as JsonObject;
			const owner = this.#awaitingToken.shift();
			if (owner !== undefined) this.#tokens.set(owner, String(made.token));
		}
	}
}
