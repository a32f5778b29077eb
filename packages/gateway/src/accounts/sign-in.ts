import { randomUUID } from 'node:crypto';
import { isApiError, isAuthenticationError } from '@matterkit/client';
import { type Credential, sealCredential } from './credential.ts';
import type { Entrance } from './entrance.ts';
import type { Entrances } from './entrances.ts';
import type { Keyring } from './keys.ts';
import type { MattermostDoor } from './mattermost-door.ts';
import { freeNames, type MattermostUser, namesOf, rename } from './names.ts';
import { verifyPassword } from './passwords.ts';
import { refuseEmail } from './rules.ts';
import type { Account, AccountDb } from './tables.ts';
import type { Throttle } from './throttle.ts';
import { Tries } from './tries.ts';

export interface SignInOptions {
	readonly db: AccountDb;
	readonly keyring: Keyring;
	readonly door: MattermostDoor;
	readonly admin: Entrance;
	readonly entrances: Entrances;
	/** Failed logins of one account, under whatever of its names. */
	readonly perAccount: Throttle;
	/** Failed logins from one address. */
	readonly perAddress: Throttle;
	readonly now?: () => number;
}

type Own = Extract<Credential, { kind: 'own' }>;

export class SignIns {
	readonly #options: SignInOptions;

	constructor(options: SignInOptions) {
		this.#options = options;
	}

	/**
	 * The account of that username or e-mail address, when the password is right: the account's own, or the user's Mattermost password or
	 * access token for those who had no account here. null: wrong, whatever the cause.
	 * @throws RefusedError `TOO_MANY_REQUESTS` after too many failures.
	 */
	async signIn(name: string, password: string, address: string): Promise<Account | null> {
		return this.#tried(address, (tries) => this.#check(name.trim().toLowerCase(), password, tries));
	}

	/** Whether somebody who is logged in knows the account's own password, under the same throttles as a login. */
	async knowsPassword(account: Account, password: string, address: string): Promise<boolean> {
		const known = await this.#tried(address, async (tries) => {
			await tries.take(account.mattermost_user_id);
			return (await this.#isOwn(account, password, tries)) ? account : null;
		});
		return known !== null;
	}

	/** What fails without a verdict on a password is given back, and so is everything when the password was right. */
	async #tried(address: string, work: (tries: Tries) => Promise<Account | null>): Promise<Account | null> {
		const { perAccount, perAddress } = this.#options;
		const tries = new Tries(perAccount, perAddress, address);
		try {
			await tries.begin();
			const found = await work(tries);
			if (found) await tries.giveBack();
			return found;
		} catch (error) {
			if (!tries.wasWrong) await tries.giveBack();
			throw error;
		}
	}

	/**
	 * Names move at Mattermost: the row that has this one here may be of somebody who gave it up. So its own password is good for it, and
	 * nobody else's account, and before a login is wrong Mattermost is asked whose name it is now. Guesses count for whom it may be.
	 */
	async #check(login: string, password: string, tries: Tries): Promise<Account | null> {
		if (password === '' || login === '') return null;
		const named = await this.#named(login);
		if (named) {
			await tries.take(named.mattermost_user_id);
			if (await this.#isOwn(named, password, tries)) return named;
		}
		const user = await this.#userNow(login);
		const isElse = user ? user.id !== named?.mattermost_user_id : !named;
		if (isElse) await tries.take(user?.id ?? login);
		const account = user ? await this.#byMattermostUser(user.id) : named;
		if (account && user && account.id !== named?.id && (await this.#isOwn(account, password, tries))) {
			await rename(this.#options.db, account.id, user);
			return { ...account, ...namesOf(user) };
		}
		// Our users' Mattermost passwords are random. One that is lost was set anew by its user, who may come in with it.
		if (account?.password_hash && !this.#options.entrances.isLost(account)) return null;
		return this.#atMattermost(login, password);
	}

	/** Whether it is the password that we keep for the account, and the account is active. */
	async #isOwn(account: Account, password: string, tries: Tries): Promise<boolean> {
		if (!account.password_hash) return false;
		if (!(await verifyPassword(password, account.password_hash))) {
			tries.wasWrong = true;
			return false;
		}
		return !account.deactivated_at || this.#isActiveAgain(account);
	}

	async #named(login: string): Promise<Account | undefined> {
		return this.#options.db
			.selectFrom('gateway_account')
			.selectAll()
			.where(login.includes('@') ? 'email' : 'username', '=', login)
			.executeTakeFirst();
	}

	/** Whom Mattermost knows by that name; null: nobody. */
	async #userNow(login: string): Promise<MattermostUser | null> {
		const { admin } = this.#options;
		// What could be no name would be a path that Mattermost does not know, or one that is too long.
		if (!login.includes('@')) {
			return /^[a-z0-9_-][a-z0-9._-]{0,63}$/.test(login) ? admin.use((mm) => mm.users.getByUsername(login)) : null;
		}
		return refuseEmail(login) === undefined ? admin.use((mm) => mm.users.getByEmail(login)) : null;
	}

	async #isActiveAgain(account: Account): Promise<boolean> {
		const [user] = await this.#options.admin.use((mm) => mm.users.byIds([account.mattermost_user_id]));
		if (!user || user.delete_at > 0) return false;
		await this.#options.db
			.updateTable('gateway_account')
			.set({ deactivated_at: null })
			.where('id', '=', account.id)
			.execute();
		account.deactivated_at = null;
		return true;
	}

	async #atMattermost(login: string, password: string): Promise<Account | null> {
		const own = (await this.#ownToken(login, password)) ?? (await this.#ownSession(login, password));
		if (own === undefined) return null;
		const user = await this.#options.door.as(own.token).users.getMe();
		return this.#remember(user, own);
	}

	/** The password may be an access token of the user it is given with. */
	async #ownToken(login: string, password: string): Promise<Own | undefined> {
		if (!/^[a-z0-9]{26}$/.test(password)) return undefined;
		try {
			const user = await this.#options.door.as(password).users.getMe();
			const isTheirs = [user.username, user.email.toLowerCase()].includes(login);
			return isTheirs ? { kind: 'own', token: password, isSession: false } : undefined;
		} catch (error) {
			if (isAuthenticationError(error)) return undefined;
			throw error;
		}
	}

	async #ownSession(login: string, password: string): Promise<Own | undefined> {
		try {
			const { token } = await this.#options.door.login(login, password);
			return { kind: 'own', token, isSession: true };
		} catch (error) {
			// 400: what Mattermost would not even look up. 401 and 403: wrong, deactivated, locked, or wants a second factor.
			if (isApiError(error) && [400, 401, 403].includes(error.status ?? 0)) return undefined;
			throw error;
		}
	}

	async #remember(user: MattermostUser, own: Own): Promise<Account> {
		const { db, entrances, keyring } = this.#options;
		const known = await this.#byMattermostUser(user.id);
		if (known) {
			await rename(db, known.id, user);
			await db.updateTable('gateway_account').set({ deactivated_at: null }).where('id', '=', known.id).execute();
			await entrances.replaceOwn(known, own);
		} else {
			const id = randomUUID();
			await freeNames(db, id, user);
			await db
				.insertInto('gateway_account')
				.values({
					id,
					mattermost_user_id: user.id,
					...namesOf(user),
					password_hash: null,
					credential: sealCredential(keyring, id, own),
					created_at: (this.#options.now ?? Date.now)(),
					deactivated_at: null,
				})
				.onConflict((conflict) => conflict.column('mattermost_user_id').doNothing())
				.execute();
		}
		// Where two logins made the row at once, the first one's is the account.
		const account = await this.#byMattermostUser(user.id);
		if (!account) throw new Error('bug: an account that was just written is not there');
		return account;
	}

	async #byMattermostUser(userId: string): Promise<Account | undefined> {
		return this.#options.db
			.selectFrom('gateway_account')
			.selectAll()
			.where('mattermost_user_id', '=', userId)
			.executeTakeFirst();
	}
}
