import { randomUUID } from 'node:crypto';
import { isApiError, isAuthenticationError } from '@matterkit/client';
import { tooManyRequests } from '../refused-error.ts';
import { type Credential, sealCredential } from './credential.ts';
import type { Entrance } from './entrance.ts';
import type { Entrances } from './entrances.ts';
import type { Keyring } from './keys.ts';
import type { MattermostDoor } from './mattermost-door.ts';
import { verifyPassword } from './passwords.ts';
import type { Account, AccountDb } from './tables.ts';
import type { Throttle } from './throttle.ts';

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
		const login = name.trim().toLowerCase();
		const account = await this.#find(login);
		const keys = { account: account?.id ?? login, address };
		await this.#take(keys);
		try {
			const found = await this.#check(login, password, account);
			if (found) await this.#giveBack(keys);
			return found;
		} catch (error) {
			await this.#giveBack(keys);
			throw error;
		}
	}

	async #check(login: string, password: string, account: Account | undefined): Promise<Account | null> {
		if (password === '' || login === '') return null;
		if (account?.deactivated_at && !(await this.#isActiveAgain(account))) return null;
		if (account?.password_hash && (await verifyPassword(password, account.password_hash))) return account;
		// Our users' Mattermost passwords are random. One that is lost was set anew by its user, who may come in with it.
		if (account?.password_hash && !this.#options.entrances.isLost(account)) return null;
		return this.#atMattermost(login, password);
	}

	async #find(login: string): Promise<Account | undefined> {
		return this.#options.db
			.selectFrom('gateway_account')
			.selectAll()
			.where(login.includes('@') ? 'email' : 'username', '=', login)
			.executeTakeFirst();
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

	async #remember(user: { id: string; username: string; email: string }, own: Own): Promise<Account> {
		const { db, entrances, keyring } = this.#options;
		const names = { username: user.username, email: user.email.toLowerCase() };
		const known = await this.#byMattermostUser(user.id);
		const id = known?.id ?? randomUUID();
		// Names move at Mattermost: whoever had this one before is found under it no more.
		await db
			.updateTable('gateway_account')
			.set({ username: `~${randomUUID()}` })
			.where('username', '=', user.username)
			.where('id', '!=', id)
			.execute();
		if (known) {
			await db
				.updateTable('gateway_account')
				.set({ ...names, deactivated_at: null })
				.where('id', '=', id)
				.execute();
			await entrances.replaceOwn(known, own);
		} else {
			await db
				.insertInto('gateway_account')
				.values({
					id,
					mattermost_user_id: user.id,
					...names,
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

	async #take({ account, address }: { account: string; address: string }): Promise<void> {
		const { perAccount, perAddress } = this.#options;
		const wait = await perAddress.take(address);
		if (wait > 0) throw tooManyRequests(wait);
		const accountWait = await perAccount.take(account);
		if (accountWait > 0) {
			await perAddress.giveBack(address);
			throw tooManyRequests(accountWait);
		}
	}

	async #giveBack({ account, address }: { account: string; address: string }): Promise<void> {
		const { perAccount, perAddress } = this.#options;
		await Promise.all([perAddress.giveBack(address), perAccount.giveBack(account)]);
	}
}
