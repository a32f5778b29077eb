// The ways of all accounts into Mattermost, each made at its first use and renewed when Mattermost refuses its token.
import type { Mattermost } from '@matterkit/client';
import { isApiError, isAuthenticationError, isNotFoundError } from '@matterkit/client';
import type { Logger } from 'pino';
import { RefusedError } from '../refused-error.ts';
import { type Credential, sealCredential, unsealCredential } from './credential.ts';
import { Entrance } from './entrance.ts';
import type { Keyring } from './keys.ts';
import type { MattermostDoor } from './mattermost-door.ts';
import { sealedWith } from './seal.ts';
import type { Account, AccountDb } from './tables.ts';

export interface EntrancesOptions {
	readonly db: AccountDb;
	readonly keyring: Keyring;
	readonly door: MattermostDoor;
	readonly admin: Entrance;
	/** Called when Mattermost says that the user is deactivated. */
	readonly deactivated: (account: Account) => Promise<void>;
	/** Called when the account's way into Mattermost is gone: what it has open must end. */
	readonly lost: (account: Account) => Promise<void>;
	readonly logger: Logger;
}

/** How many ways are kept open in memory; the least lately used goes, and is made again from its row. */
const kept = 20_000;

export class Entrances {
	readonly #options: EntrancesOptions;
	readonly #byAccount = new Map<string, Entrance>();

	constructor(options: EntrancesOptions) {
		this.#options = options;
	}

	of(account: Account): Entrance {
		const known = this.#byAccount.get(account.id);
		const entrance = known ?? this.#open(account.id);
		this.#byAccount.delete(account.id);
		this.#byAccount.set(account.id, entrance);
		const oldest = this.#byAccount.size > kept ? this.#byAccount.keys().next().value : undefined;
		if (oldest !== undefined) this.#byAccount.delete(oldest);
		return entrance;
	}

	/** Keeps what a login at Mattermost gave, and ends the session there that it takes the place of: it would live on for 180 days. */
	async replaceOwn(account: Account, own: Extract<Credential, { kind: 'own' }>): Promise<void> {
		const before = this.#unseal(account);
		await this.set(account.id, own);
		if (before.kind !== 'own' || !before.isSession || before.token === own.token) return;
		await this.#tidy(this.#options.door.logout(before.token));
	}

	async set(accountId: string, credential: Credential): Promise<void> {
		await this.#options.db
			.updateTable('gateway_account')
			.set({ credential: sealCredential(this.#options.keyring, accountId, credential) })
			.where('id', '=', accountId)
			.execute();
		this.#byAccount.delete(accountId);
	}

	/** Sets it unless another node has changed it since the account was read: false. */
	async #replace(account: Account, credential: Credential): Promise<boolean> {
		const { numUpdatedRows } = await this.#options.db
			.updateTable('gateway_account')
			.set({ credential: sealCredential(this.#options.keyring, account.id, credential) })
			.where('id', '=', account.id)
			.where('credential', '=', account.credential)
			.executeTakeFirst();
		this.#byAccount.delete(account.id);
		return numUpdatedRows > 0n;
	}

	/** Whether Mattermost takes nothing any more that we have for this account. */
	isLost(account: Account): boolean {
		return this.#unseal(account).kind === 'lost';
	}

	/** Takes the account's token or session away at Mattermost as well; best effort, as Mattermost may have done so itself. */
	async revoke(account: Account): Promise<void> {
		this.#byAccount.delete(account.id);
		try {
			await this.#end(this.#unseal(account));
		} catch (error) {
			if (!isApiError(error)) throw error;
		}
	}

	/** Ends at Mattermost what was made for us there. */
	async #end(credential: Credential): Promise<void> {
		if (credential.kind === 'token') await this.#options.admin.use((mm) => revokeToken(mm, credential.tokenId));
		const isSession = credential.kind === 'password' || (credential.kind === 'own' && credential.isSession);
		if (isSession) await this.#options.door.logout(credential.token);
	}

	/** What is ended may have ended already; and whatever else hinders it, there is a way in, so the caller goes on. */
	async #tidy(ended: Promise<void>): Promise<void> {
		try {
			await ended;
		} catch (error) {
			if (isNotFoundError(error) || isAuthenticationError(error)) return;
			this.#options.logger.warn(
				{ err: error },
				'a token or session that is not used any more may live on at Mattermost',
			);
		}
	}

	/** Seals again, under the current secret, what an earlier one sealed. Returns how many. */
	async reseal(): Promise<number> {
		const { db, keyring } = this.#options;
		const stale = await db
			.selectFrom('gateway_account')
			.selectAll()
			.where('credential', 'not like', `${sealedWith(keyring.current)}%`)
			.execute();
		for (const account of stale) await this.#replace(account, this.#unseal(account));
		return stale.length;
	}

	#open(accountId: string): Entrance {
		return new Entrance({
			as: (token) => this.#options.door.as(token),
			renew: async (refused) => {
				for (;;) {
					const account = await this.#account(accountId);
					const credential = this.#unseal(account);
					// The token in the row may be newer than the refused one: another node renewed it.
					if ('token' in credential && credential.token !== refused) return credential.token;
					const token = await this.#renew(account, credential);
					if (token !== undefined) return token;
				}
			},
		});
	}

	/** undefined: another node was faster, and its result is in the row. */
	async #renew(account: Account, credential: Credential): Promise<string | undefined> {
		const { admin, door } = this.#options;
		const [user] = await admin.use((mm) => mm.users.byIds([account.mattermost_user_id]));
		if (!user || user.delete_at > 0) {
			await this.#options.deactivated(account);
			throw new RefusedError('The account is deactivated.', 'UNAUTHENTICATED');
		}
		const renewed = await renewCredential(credential, user, admin, door);
		const isOurs = await this.#replace(account, renewed ?? { kind: 'lost' });
		if (!isOurs) {
			// It would live on for 180 days, a personal access token for ever.
			if (renewed) await this.#tidy(this.#end(renewed));
			return undefined;
		}
		if (renewed?.kind === 'token') await this.#tidy(admin.use((mm) => revokeOthers(mm, user.id, renewed.tokenId)));
		if (renewed) return renewed.token;
		await this.#options.lost(account);
		throw new RefusedError('The Mattermost session has ended. Please log in again.', 'UNAUTHENTICATED');
	}

	async #account(accountId: string): Promise<Account> {
		const account = await this.#options.db
			.selectFrom('gateway_account')
			.selectAll()
			.where('id', '=', accountId)
			.executeTakeFirst();
		if (!account) throw new RefusedError('The account does not exist any more.', 'UNAUTHENTICATED');
		return account;
	}

	#unseal(account: Account): Credential {
		return unsealCredential(this.#options.keyring, account.id, account.credential);
	}
}

type Renewable = Exclude<Credential, { kind: 'lost' }>;

/** undefined: there is no way in any more without the user's own password. */
async function renewCredential(
	credential: Credential,
	user: { readonly id: string; readonly username: string },
	admin: Entrance,
	door: MattermostDoor,
): Promise<Renewable | undefined> {
	try {
		if (credential.kind === 'password') {
			const { token } = await door.login(user.username, credential.password);
			return { ...credential, token };
		}
		if (credential.kind === 'token') return await admin.use((mm) => makeToken(mm, user.id));
		return undefined;
	} catch (error) {
		// Somebody reset the password, or turned personal access tokens off: no failure of the network, and no use in trying again.
		if (isAuthenticationError(error) || isTokensDisabled(error)) return undefined;
		throw error;
	}
}

export async function makeToken(mm: Mattermost, userId: string): Promise<Extract<Credential, { kind: 'token' }>> {
	// Asked once: a proxy that lost Mattermost's answer may say 503, and the token that was made then is one that nobody revokes.
	const { id, token } = await mm.tokens.create(userId, description, { repeat: 'never' });
	return { kind: 'token', token, tokenId: id };
}

/** Of our tokens only one is in use; of another that is there the answer was lost, or its node was killed before it could keep it. */
async function revokeOthers(mm: Mattermost, userId: string, tokenId: string): Promise<void> {
	for await (const token of mm.tokens.list(userId)) {
		if (token.description === description && token.id !== tokenId) await revokeToken(mm, token.id);
	}
}

/** How our tokens are known among a user's. */
const description = 'matterkit gateway';

const revokeToken = (mm: Mattermost, tokenId: string) => mm.tokens.revoke(tokenId);

/** A server with default settings answers 501 with this id. */
export const isTokensDisabled = (error: unknown): boolean =>
	isApiError(error) && error.code === 'app.user_access_token.disabled';
