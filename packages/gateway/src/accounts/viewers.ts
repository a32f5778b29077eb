// From what a client presents to who they are. Tokens that were found good lately are remembered: no signature and no query each request.
import type { Viewer } from '../access/viewer.ts';
import type { Entrances } from './entrances.ts';
import type { Sessions } from './sessions.ts';

export interface ViewersOptions {
	readonly sessions: Sessions;
	readonly entrances: Entrances;
	/** How long a good token is not looked up again, in milliseconds. Revocations end it at once on all nodes that hear them. */
	readonly rememberFor: number;
	readonly now?: () => number;
}

interface Remembered {
	readonly viewer: Viewer;
	readonly until: number;
}

const kept = 20_000;

export class Viewers {
	readonly #options: ViewersOptions;
	readonly #byToken = new Map<string, Remembered>();

	constructor(options: ViewersOptions) {
		this.#options = options;
	}

	/** @param authorization `JWT …`, `Bearer …` or the bare token. */
	async authenticate(authorization: string): Promise<Viewer> {
		const token = authorization.trim().replace(/^(?:jwt|bearer)\s+/i, '');
		const now = (this.#options.now ?? Date.now)();
		const known = this.#byToken.get(token);
		if (known && known.until > now) return known.viewer;
		this.#byToken.delete(token);
		const viewer = await this.#lookUp(token);
		this.#byToken.set(token, { viewer, until: Math.min(now + this.#options.rememberFor, viewer.expiresAt) });
		const oldest = this.#byToken.size > kept ? this.#byToken.keys().next().value : undefined;
		if (oldest !== undefined) this.#byToken.delete(oldest);
		return viewer;
	}

	forget(matches: (viewer: Viewer) => boolean): void {
		for (const [token, { viewer }] of this.#byToken) if (matches(viewer)) this.#byToken.delete(token);
	}

	async #lookUp(token: string): Promise<Viewer> {
		const { claims, account } = await this.#options.sessions.verify(token);
		const { entrances } = this.#options;
		return {
			userId: account.mattermost_user_id,
			accountId: account.id,
			sessionId: claims.sessionId,
			username: account.username,
			expiresAt: claims.expiresAt,
			mattermost: (call) => entrances.of(account).use(call),
			streamToken: (refused) =>
				refused === undefined ? entrances.of(account).token() : entrances.of(account).renewed(refused),
		};
	}
}
