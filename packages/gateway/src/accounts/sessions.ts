// A login is a session: an access token for minutes and a refresh token for days, which is replaced at each use.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Store } from '@matterkit/store';
import { chunks } from '../chunks.ts';
import { RefusedError } from '../refused-error.ts';
import { signToken, type TokenClaims, verifySignature } from './access-tokens.ts';
import type { Keyring } from './keys.ts';
import { type Account, type AccountDb, type AccountTables, accountDb } from './tables.ts';

export interface SessionOptions {
	readonly store: Store;
	readonly keyring: Keyring;
	/** Milliseconds. */
	readonly accessLifetime: number;
	/** Milliseconds, from the login on; refreshing does not prolong it beyond the refresh token's own time. */
	readonly refreshLifetime: number;
	/** Called when sessions are revoked, so that what they have open ends on every node. */
	readonly revoked: (what: { sessionId: string } | { accountId: string }) => void;
	readonly now?: () => number;
}

/** What a client gets at login and at each refresh. */
export interface TokenPair {
	readonly token: string;
	readonly claims: TokenClaims;
	/** null: an access token was prolonged, which has no refresh token to replace. */
	readonly refreshToken: string | null;
	/** Milliseconds since 1970. */
	readonly refreshExpiresAt: number;
}

/** Sessions that are looked up by one query. */
const sessionsAtOnce = 500;

export class Sessions {
	readonly #options: SessionOptions;
	readonly #db: AccountDb;
	readonly #now: () => number;

	constructor(options: SessionOptions) {
		this.#options = options;
		this.#db = accountDb(options.store);
		this.#now = options.now ?? Date.now;
	}

	async begin(account: Account): Promise<TokenPair> {
		const now = this.#now();
		const id = randomUUID();
		const expiresAt = now + this.#options.refreshLifetime;
		await this.#db.deleteFrom('gateway_session').where('expires_at', '<', now).execute();
		const refreshToken = await this.#options.store.transaction<AccountTables, string>(async (tx) => {
			await tx
				.insertInto('gateway_session')
				.values({ id, account_id: account.id, created_at: now, expires_at: expiresAt, revoked_at: null })
				.execute();
			return issueRefreshToken(tx, id, now);
		});
		return this.#pair(account, id, now, refreshToken, expiresAt);
	}

	/**
	 * A refresh token gives a new pair, once; a second use shows that it was stolen, and ends the session for thief and owner alike.
	 * An access token that has not expired gives a longer one, as in the reference, until the session ends.
	 */
	async refresh(token: string): Promise<TokenPair> {
		return token.includes('.') ? this.#prolong(token) : this.#rotate(token);
	}

	/** @throws RefusedError when the signature is wrong, it has expired, or the session or the account has ended. */
	async verify(token: string): Promise<{ claims: TokenClaims; account: Account }> {
		const claims = await verifySignature(this.#options.keyring, token, this.#now());
		const account = await this.#accountOf(claims.sessionId);
		if (!account || account.id !== claims.accountId) throw ended();
		return { claims, account };
	}

	/** Which of these sessions have ended, or were never there. */
	async endedAmong(sessionIds: readonly string[]): Promise<readonly string[]> {
		const ended: string[] = [];
		for (const asked of chunks(sessionIds, sessionsAtOnce)) {
			const rows = await this.#db
				.selectFrom('gateway_session')
				.select('id')
				.where('id', 'in', asked)
				.where('revoked_at', 'is', null)
				.where('expires_at', '>', this.#now())
				.execute();
			const alive = new Set(rows.map(({ id }) => id));
			ended.push(...asked.filter((id) => !alive.has(id)));
		}
		return ended;
	}

	async revokeSession(sessionId: string): Promise<void> {
		await this.#revoke((query) => query.where('id', '=', sessionId));
		this.#options.revoked({ sessionId });
	}

	/** Ends every session of the account, but for `except`. */
	async revokeAccount(accountId: string, { except }: { except?: string } = {}): Promise<void> {
		if (except === undefined) {
			await this.#revoke((query) => query.where('account_id', '=', accountId));
			this.#options.revoked({ accountId });
			return;
		}
		const others = await this.#db
			.selectFrom('gateway_session')
			.select('id')
			.where('account_id', '=', accountId)
			.where('id', '!=', except)
			.where('revoked_at', 'is', null)
			.execute();
		for (const { id } of others) await this.revokeSession(id);
	}

	async #rotate(refreshToken: string): Promise<TokenPair> {
		const now = this.#now();
		const hash = hashToken(refreshToken);
		const outcome = await this.#options.store.transaction<
			AccountTables,
			{ sessionId: string; expiresAt: number; loggedInAt: number; next: string } | { reused: string } | undefined
		>(async (tx) => {
			const row = await tx
				.selectFrom('gateway_refresh_token as token')
				.innerJoin('gateway_session as session', 'session.id', 'token.session_id')
				.select(['token.used_at', 'session.id', 'session.expires_at', 'session.revoked_at', 'session.created_at'])
				.where('token.hash', '=', hash)
				.executeTakeFirst();
			if (!row || row.revoked_at !== null || row.expires_at <= now) return undefined;
			// The condition, not the row read above, decides between two that come at once.
			const { numUpdatedRows } = await tx
				.updateTable('gateway_refresh_token')
				.set({ used_at: now })
				.where('hash', '=', hash)
				.where('used_at', 'is', null)
				.executeTakeFirst();
			if (numUpdatedRows === 0n) return { reused: row.id };
			const next = await issueRefreshToken(tx, row.id, now);
			return { sessionId: row.id, expiresAt: row.expires_at, loggedInAt: row.created_at, next };
		});
		if (!outcome) throw new RefusedError('Invalid refresh token', 'UNAUTHENTICATED');
		if ('reused' in outcome) {
			await this.revokeSession(outcome.reused);
			throw new RefusedError('Invalid refresh token', 'UNAUTHENTICATED');
		}
		const account = await this.#accountOf(outcome.sessionId);
		if (!account) throw ended();
		return this.#pair(account, outcome.sessionId, outcome.loggedInAt, outcome.next, outcome.expiresAt);
	}

	async #prolong(token: string): Promise<TokenPair> {
		const { claims, account } = await this.verify(token);
		const expiresAt = claims.loggedInAt + this.#options.refreshLifetime;
		if (expiresAt <= this.#now()) throw new RefusedError('Refresh has expired', 'UNAUTHENTICATED');
		return this.#pair(account, claims.sessionId, claims.loggedInAt, null, expiresAt);
	}

	async #pair(
		account: Account,
		sessionId: string,
		loggedInAt: number,
		refreshToken: string | null,
		refreshExpiresAt: number,
	): Promise<TokenPair> {
		const claims: TokenClaims = {
			accountId: account.id,
			sessionId,
			username: account.username,
			loggedInAt: wholeSecond(loggedInAt),
			expiresAt: wholeSecond(Math.min(this.#now() + this.#options.accessLifetime, refreshExpiresAt)),
		};
		return { token: await signToken(this.#options.keyring, claims), claims, refreshToken, refreshExpiresAt };
	}

	/** The account, while both it and the session are alive. */
	async #accountOf(sessionId: string): Promise<Account | undefined> {
		return this.#db
			.selectFrom('gateway_session as session')
			.innerJoin('gateway_account as account', 'account.id', 'session.account_id')
			.selectAll('account')
			.where('session.id', '=', sessionId)
			.where('session.revoked_at', 'is', null)
			.where('session.expires_at', '>', this.#now())
			.where('account.deactivated_at', 'is', null)
			.executeTakeFirst();
	}

	async #revoke(which: (query: ReturnType<typeof revocation>) => ReturnType<typeof revocation>): Promise<void> {
		await which(revocation(this.#db, this.#now())).execute();
	}
}

const revocation = (db: AccountDb, now: number) =>
	db.updateTable('gateway_session').set({ revoked_at: now }).where('revoked_at', 'is', null);

async function issueRefreshToken(tx: AccountDb, sessionId: string, now: number): Promise<string> {
	const token = randomBytes(32).toString('base64url');
	await tx
		.insertInto('gateway_refresh_token')
		.values({ hash: hashToken(token), session_id: sessionId, issued_at: now, used_at: null })
		.execute();
	return token;
}

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
const wholeSecond = (milliseconds: number) => Math.floor(milliseconds / 1000) * 1000;
const ended = () => new RefusedError('The session has ended. Please log in again.', 'UNAUTHENTICATED');
