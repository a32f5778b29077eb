// All that concerns accounts, put together: the one object that the schema's account fields talk to.
import { randomBytes } from 'node:crypto';
import type { Store } from '@matterkit/store';
import type { Logger } from 'pino';
import type { Viewer } from '../access/viewer.ts';
import { RefusedError, tooManyRequests } from '../refused-error.ts';
import type { Entrance } from './entrance.ts';
import { Entrances } from './entrances.ts';
import { makeKeyring } from './keys.ts';
import type { MattermostDoor } from './mattermost-door.ts';
import { defaultScryptCost, hashPassword } from './passwords.ts';
import { refusePassword } from './rules.ts';
import { hashToken, Sessions, type TokenPair } from './sessions.ts';
import { SignIns } from './sign-in.ts';
import { type NewAccount, type SignUpPolicy, SignUps } from './sign-up.ts';
import { type Account, accountDb } from './tables.ts';
import type { Throttle, ThrottleRate, Throttles } from './throttle.ts';
import { Viewers } from './viewers.ts';

export interface AccountOptions {
	/** Life of an access token in milliseconds. Default 1,800,000: 30 minutes. */
	readonly accessLifetime?: number;
	/** Life of a login with all its refreshes in milliseconds. Default 604,800,000: 7 days. */
	readonly refreshLifetime?: number;
	/** N of scrypt. Default 32,768. */
	readonly scryptCost?: number;
	/** Failed logins of one account. Default 10 at once and 2 a minute. */
	readonly failedLoginsPerAccount?: ThrottleRate;
	/** Failed logins from one address. Default 100 at once and 20 a minute. */
	readonly failedLoginsPerAddress?: ThrottleRate;
	/**
	 * Time between looks whether the logins of open sockets are still good, in milliseconds: other nodes tell of a logout at once, but not
	 * while Redis is gone. Default 15,000.
	 */
	readonly sessionCheck?: number;
	/** Sign-ups from one address. Default 300 at once and 30 a minute. */
	readonly signUpsPerAddress?: ThrottleRate;
}

export interface AccountsContext {
	readonly store: Store;
	/** The current secret first, then those that are still read. */
	readonly secrets: readonly string[];
	readonly door: MattermostDoor;
	readonly admin: Entrance;
	readonly signup: SignUpPolicy;
	readonly teamId: () => Promise<string>;
	/** Logins that have something open on this node. */
	readonly openSessions: () => Iterable<string>;
	/** Tells all nodes that what the session, or all of the account, has open must end. */
	readonly revoked: (what: { sessionId: string } | { accountId: string }) => void;
	readonly throttles: Throttles;
	/** Told of each login and password change with a wrong name or password. */
	readonly wrongPassword: () => void;
	readonly logger: Logger;
	readonly options: AccountOptions;
	readonly now?: () => number;
}

/** Tokens are looked up again after this, should a revocation by another node not be heard: milliseconds. */
const rememberFor = 10_000;

/** How often crashed sign-ups are looked for, in milliseconds. */
const sweepInterval = 60_000;

export class Accounts {
	readonly #context: AccountsContext;
	readonly #sessions: Sessions;
	readonly #entrances: Entrances;
	readonly #signUps: SignUps;
	readonly #signIns: SignIns;
	readonly #viewers: Viewers;
	readonly #signUpThrottle: Throttle;
	readonly #scryptCost: number;
	#timers: readonly NodeJS.Timeout[] = [];

	constructor(context: AccountsContext) {
		const { store, secrets, door, admin, options, logger, teamId, throttles } = context;
		const db = accountDb(store);
		const now = context.now ?? Date.now;
		const keyring = makeKeyring(secrets, 'seal');
		this.#context = context;
		this.#scryptCost = options.scryptCost ?? defaultScryptCost;
		this.#sessions = new Sessions({
			store,
			keyring: makeKeyring(secrets, 'sign'),
			accessLifetime: options.accessLifetime ?? 30 * 60_000,
			refreshLifetime: options.refreshLifetime ?? 7 * 24 * 3_600_000,
			revoked: (what) => {
				this.forget(what);
				context.revoked(what);
			},
			now,
		});
		this.#entrances = new Entrances({
			db,
			keyring,
			door,
			admin,
			deactivated: (account) => this.#deactivate(account),
			lost: (account) => this.#sessions.revokeAccount(account.id),
			logger,
		});
		this.#signUps = new SignUps({
			store,
			keyring,
			door,
			admin,
			policy: context.signup,
			teamId,
			scryptCost: this.#scryptCost,
			logger,
			now,
		});
		this.#signIns = new SignIns({
			db,
			keyring,
			door,
			admin,
			entrances: this.#entrances,
			perAccount: throttles('logins-account', options.failedLoginsPerAccount ?? { burst: 10, perMinute: 2 }),
			perAddress: throttles('logins-address', options.failedLoginsPerAddress ?? { burst: 100, perMinute: 20 }),
			now,
		});
		this.#viewers = new Viewers({ sessions: this.#sessions, entrances: this.#entrances, rememberFor, now });
		this.#signUpThrottle = throttles('sign-ups-address', options.signUpsPerAddress ?? { burst: 300, perMinute: 30 });
	}

	/** The tables are there. */
	async start(): Promise<void> {
		const resealed = await this.#entrances.reseal();
		if (resealed > 0) this.#context.logger.info({ resealed }, 'credentials were sealed again under the current secret');
		const sweep = () =>
			this.#signUps.undoAbandoned().catch((error: unknown) => {
				this.#context.logger.warn({ err: error }, 'sign-ups that crashed could not be undone yet');
			});
		await sweep();
		const check = () =>
			this.#endRevoked().catch((error: unknown) => {
				this.#context.logger.warn({ err: error }, 'could not look up whether open logins are still good');
			});
		const { sessionCheck = 15_000 } = this.#context.options;
		this.#timers = [setInterval(sweep, sweepInterval).unref(), setInterval(check, sessionCheck).unref()];
	}

	stop(): void {
		for (const timer of this.#timers) clearInterval(timer);
	}

	/** @throws RefusedError when the token is not good; its message is for the client. */
	authenticate(authorization: string): Promise<Viewer> {
		return this.#viewers.authenticate(authorization);
	}

	async signUp(account: NewAccount, address: string): Promise<Account> {
		const wait = await this.#signUpThrottle.take(address);
		if (wait > 0) throw tooManyRequests(wait);
		return this.#signUps.signUp(account);
	}

	/** null: name or password is wrong. */
	async logIn(
		name: string,
		password: string,
		address: string,
	): Promise<{ account: Account; tokens: TokenPair } | null> {
		const account = await this.#signIns.signIn(name, password, address);
		if (!account) this.#context.wrongPassword();
		return account && { account, tokens: await this.#sessions.begin(account) };
	}

	refresh(token: string): Promise<TokenPair> {
		return this.#sessions.refresh(token);
	}

	async verify(token: string) {
		return (await this.#sessions.verify(token)).claims;
	}

	async logOut(viewer: Viewer): Promise<void> {
		await this.#sessions.revokeSession(viewer.sessionId);
	}

	/** Other logins of the account end. */
	async changePassword(viewer: Viewer, oldPassword: string, newPassword: string, address: string): Promise<void> {
		const account = await this.#db
			.selectFrom('gateway_account')
			.selectAll()
			.where('id', '=', viewer.accountId)
			.executeTakeFirstOrThrow();
		if (account.password_hash === null) {
			throw new RefusedError('Your password is kept by Mattermost. Please change it there.', 'BAD_USER_INPUT');
		}
		if (!(await this.#signIns.knowsPassword(account, oldPassword, address))) {
			this.#context.wrongPassword();
			throw new RefusedError('The old password is wrong.', 'FORBIDDEN');
		}
		const refusal = refusePassword(newPassword, account);
		if (refusal) throw new RefusedError(refusal, 'BAD_USER_INPUT');
		await this.#db
			.updateTable('gateway_account')
			.set({ password_hash: await hashPassword(newPassword, this.#scryptCost) })
			.where('id', '=', viewer.accountId)
			.execute();
		await this.#sessions.revokeAccount(viewer.accountId, { except: viewer.sessionId });
	}

	/** A code that lets `uses` people sign up until it expires (milliseconds from now). */
	async invite(viewer: Viewer, { uses, lifetime }: { uses: number; lifetime: number }): Promise<string> {
		const code = randomBytes(18).toString('base64url');
		await this.#db
			.insertInto('gateway_invitation')
			.values({
				hash: hashToken(code),
				created_by: viewer.accountId,
				expires_at: (this.#context.now ?? Date.now)() + lifetime,
				uses_left: uses,
			})
			.execute();
		return code;
	}

	/** Ends all that these Mattermost users have here, and takes their ways into Mattermost away. */
	async deactivateUsers(userIds: readonly string[]): Promise<void> {
		if (userIds.length === 0) return;
		const accounts = await this.#db
			.selectFrom('gateway_account')
			.selectAll()
			.where('mattermost_user_id', 'in', userIds)
			.where('deactivated_at', 'is', null)
			.execute();
		for (const account of accounts) await this.#deactivate(account);
	}

	/** What another node revoked, or this one. */
	forget(what: { sessionId: string } | { accountId: string }): void {
		this.#viewers.forget((viewer) => isOf(viewer, what));
	}

	/** Ends what logins have open that were revoked unheard. */
	async #endRevoked(): Promise<void> {
		const open = [...new Set(this.#context.openSessions())];
		for (const sessionId of await this.#sessions.endedAmong(open)) this.#context.revoked({ sessionId });
	}

	get #db() {
		return accountDb(this.#context.store);
	}

	async #deactivate(account: Account): Promise<void> {
		await this.#db
			.updateTable('gateway_account')
			.set({ deactivated_at: (this.#context.now ?? Date.now)() })
			.where('id', '=', account.id)
			.execute();
		await this.#sessions.revokeAccount(account.id);
		await this.#entrances.revoke(account);
	}
}

/** Whether the viewer is among those who were revoked. */
export const isOf = (viewer: Viewer, what: { sessionId: string } | { accountId: string }): boolean =>
	'sessionId' in what ? viewer.sessionId === what.sessionId : viewer.accountId === what.accountId;
