import type { Table } from './table.ts';
import type { World } from './world.ts';

/** A login, or a use of a personal access token. */
export interface Session {
	readonly id: string;
	readonly token: string;
	readonly user_id: string;
	readonly create_at: number;
	/** 0: never. */
	expires_at: number;
	last_activity_at: number;
	device_id: string;
	readonly props: Readonly<Record<string, string>>;
	/** Where it came of a personal access token. */
	readonly access_token_id?: string;
}

/** A personal access token. */
export interface AccessToken {
	readonly id: string;
	readonly token: string;
	readonly user_id: string;
	readonly description: string;
	is_active: boolean;
}

export class Sessions {
	readonly table: Table<Session>;
	readonly tokens: Table<AccessToken>;
	readonly #byToken;
	readonly #byUser;
	readonly #tokensByUser;
	readonly #tokensBySecret;

	constructor(world: World) {
		this.table = world.table<Session>('sessions', (session) => session.id);
		this.#byToken = this.table.by((session) => session.token);
		this.#byUser = this.table.by((session) => session.user_id);
		this.tokens = world.table<AccessToken>('access_tokens', (token) => token.id);
		this.#tokensByUser = this.tokens.by((token) => token.user_id);
		this.#tokensBySecret = this.tokens.by((token) => token.token);
	}

	withToken(token: string): Session | undefined {
		return this.#byToken.one(token);
	}

	ofUser(userId: string): ReadonlySet<Session> {
		return this.#byUser.get(userId);
	}

	accessToken(secret: string): AccessToken | undefined {
		return this.#tokensBySecret.one(secret);
	}

	accessTokensOf(userId: string): ReadonlySet<AccessToken> {
		return this.#tokensByUser.get(userId);
	}
}
