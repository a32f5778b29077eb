import type { Store } from '@matterkit/store';
import type { Kysely } from 'kysely';

/** Times are milliseconds since 1970. */
export interface AccountTables {
	gateway_account: {
		id: string;
		mattermost_user_id: string;
		username: string;
		/** '' where Mattermost does not show it to us. */
		email: string;
		/** null: the user has a password at Mattermost, and we keep none. */
		password_hash: string | null;
		/** The way into Mattermost, sealed: see credential.ts. */
		credential: string;
		created_at: number;
		deactivated_at: number | null;
	};
	/** A sign-up that is under way, or that a crash left half done. Gone when it succeeded or was undone. */
	gateway_sign_up: {
		id: string;
		username: string;
		email: string;
		/** The password that the Mattermost user gets, sealed: who can log in with it is the one we made. */
		password: string;
		mattermost_user_id: string | null;
		invitation: string | null;
		started_at: number;
	};
	/** One login, with all tokens that were refreshed from it. */
	gateway_session: {
		id: string;
		account_id: string;
		created_at: number;
		expires_at: number;
		revoked_at: number | null;
	};
	gateway_refresh_token: {
		/** SHA-256 of the token, base64url. The token has 256 random bits, so a plain hash is enough. */
		hash: string;
		session_id: string;
		issued_at: number;
		used_at: number | null;
	};
	gateway_invitation: {
		/** SHA-256 of the code, base64url. */
		hash: string;
		created_by: string;
		expires_at: number;
		uses_left: number;
	};
}

export type Account = AccountTables['gateway_account'];
export type SignUpRow = AccountTables['gateway_sign_up'];
export type AccountDb = Kysely<AccountTables>;

export const accountDb = (store: Store): AccountDb => store.db<AccountTables>();
