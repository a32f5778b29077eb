// A new user: made at Mattermost, given a way in, added to the team, and only then an account here. What fails half way is undone on
// both sides, also after a crash: the row in gateway_sign_up says what may have been begun.
import { randomUUID } from 'node:crypto';
import { isApiError, isAuthenticationError, isConnectionError, isRateLimitError } from '@matterkit/client';
import type { Store } from '@matterkit/store';
import type { Logger } from 'pino';
import { mattermostWords } from '../mattermost-words.ts';
import { RefusedError } from '../refused-error.ts';
import { type Credential, sealCredential } from './credential.ts';
import { discardUser } from './discard-user.ts';
import type { Entrance } from './entrance.ts';
import { isTokensDisabled, makeToken } from './entrances.ts';
import type { Keyring } from './keys.ts';
import type { MattermostDoor } from './mattermost-door.ts';
import { rename } from './names.ts';
import { hashPassword, randomPassword } from './passwords.ts';
import { refuseEmail, refusePassword, refuseUsername } from './rules.ts';
import { seal, unseal } from './seal.ts';
import { hashToken } from './sessions.ts';
import { type Account, type AccountTables, accountDb, type SignUpRow } from './tables.ts';

/** Who may make an account: anyone, whoever has an invitation, or nobody. */
export type SignUpPolicy = 'open' | 'invite' | 'closed';

export interface SignUpOptions {
	readonly store: Store;
	readonly keyring: Keyring;
	readonly door: MattermostDoor;
	readonly admin: Entrance;
	readonly policy: SignUpPolicy;
	/** The id of the team that users are added to. */
	readonly teamId: () => Promise<string>;
	readonly scryptCost: number;
	readonly logger: Logger;
	readonly now?: () => number;
}

export interface NewAccount {
	readonly username: string;
	readonly email: string;
	readonly password: string;
	readonly invitation?: string | undefined;
}

/** After this a sign-up that did not end is taken for one that crashed, in milliseconds: longer than all its requests may take. */
const abandonedAfter = 180_000;

export class SignUps {
	readonly #options: SignUpOptions;

	constructor(options: SignUpOptions) {
		this.#options = options;
	}

	/** @throws RefusedError when the policy, a name, the password or an account that exists stands against it. */
	async signUp({ username, password, invitation, ...asTyped }: NewAccount): Promise<Account> {
		// Mattermost keeps addresses in lower case.
		const email = asTyped.email.trim().toLowerCase();
		const { policy, keyring } = this.#options;
		if (policy === 'closed') throw new RefusedError('Sign-up is closed on this server.', 'SIGN_UP_CLOSED');
		if (policy === 'invite' && !invitation) throw notInvited();
		const refusal = refuseUsername(username) ?? refuseEmail(email) ?? refusePassword(password, { username, email });
		if (refusal) throw new RefusedError(refusal, 'BAD_USER_INPUT');

		const id = randomUUID();
		const row: SignUpRow = {
			id,
			username,
			email,
			password: seal(keyring, randomPassword(), id),
			mattermost_user_id: null,
			invitation: policy === 'invite' && invitation ? hashToken(invitation) : null,
			started_at: this.#now(),
		};
		const passwordHash = await hashPassword(password, this.#options.scryptCost);
		await this.#renameHolders(row);
		await this.#reserve(row);
		try {
			return await this.#make(row, passwordHash);
		} catch (error) {
			const surelyNotMade =
				error instanceof RefusedError || isRateLimitError(error) || (isConnectionError(error) && !error.sent);
			await (surelyNotMade && row.mattermost_user_id === null ? this.#release(row) : this.#undo(row)).catch(
				(cause: unknown) => {
					this.#options.logger.error(
						{ err: cause, username },
						'a failed sign-up could not be undone; it is tried again',
					);
				},
			);
			throw error;
		}
	}

	/** Undoes what crashed sign-ups left behind. Returns how many there were. */
	async undoAbandoned(): Promise<number> {
		const abandoned = await this.#db
			.selectFrom('gateway_sign_up')
			.selectAll()
			.where('started_at', '<', this.#now() - abandonedAfter)
			.execute();
		for (const row of abandoned) await this.#undo(row);
		return abandoned.length;
	}

	/** Whoever gave one of these names up at Mattermost does not hold it here. */
	async #renameHolders({ username, email }: SignUpRow): Promise<void> {
		const holders = await this.#db
			.selectFrom('gateway_account')
			.select(['id', 'mattermost_user_id'])
			.where((where) => where.or([where('username', '=', username), where('email', '=', email)]))
			.execute();
		if (holders.length === 0) return;
		const userIds = holders.map(({ mattermost_user_id }) => mattermost_user_id);
		const users = await this.#options.admin.use((mm) => mm.users.byIds(userIds));
		for (const user of users) {
			const holder = holders.find(({ mattermost_user_id }) => mattermost_user_id === user.id);
			if (holder) await rename(this.#db, holder.id, user);
		}
	}

	/** Holds the names against others who sign up at the same time, and uses up the invitation. */
	async #reserve(row: SignUpRow): Promise<void> {
		await this.#options.store.transaction<AccountTables, void>(async (tx) => {
			const [taken] = await tx
				.selectFrom('gateway_account')
				.select(['username', 'email'])
				.where((where) => where.or([where('username', '=', row.username), where('email', '=', row.email)]))
				.execute();
			if (taken) throw taken.username === row.username ? usernameTaken() : emailTaken();
			const { numInsertedOrUpdatedRows } = await tx
				.insertInto('gateway_sign_up')
				.values(row)
				.onConflict((conflict) => conflict.doNothing())
				.executeTakeFirst();
			if (!numInsertedOrUpdatedRows) throw beingMade();
			if (row.invitation) {
				const { numUpdatedRows } = await tx
					.updateTable('gateway_invitation')
					.set((set) => ({ uses_left: set('uses_left', '-', 1) }))
					.where('hash', '=', row.invitation)
					.where('uses_left', '>', 0)
					.where('expires_at', '>', this.#now())
					.executeTakeFirst();
				if (numUpdatedRows === 0n) throw notInvited();
			}
		});
	}

	async #make(row: SignUpRow, passwordHash: string): Promise<Account> {
		const { admin, keyring, store } = this.#options;
		const password = unseal(keyring, row.password, row.id);
		const user = await admin
			// Asked once: after a 503 of a proxy that lost Mattermost's answer a repeat would be told that the name is taken, by our own user.
			.use((mm) => mm.users.create({ username: row.username, email: row.email, password }, { repeat: 'never' }))
			.catch((error: unknown) => {
				throw refusedByMattermost(error);
			});
		await this.#note(row, user.id);
		const teamId = await this.#options.teamId();
		await admin
			.use((mm) => mm.teams.addMember(teamId, user.id))
			.catch((error: unknown) => {
				throw refusedByMattermost(error);
			});
		const credential = await this.#wayIn(user.id, row.username, password);
		const account: Account = {
			id: randomUUID(),
			mattermost_user_id: user.id,
			username: row.username,
			email: row.email,
			password_hash: passwordHash,
			credential: '',
			created_at: this.#now(),
			deactivated_at: null,
		};
		account.credential = sealCredential(keyring, account.id, credential);
		await store.transaction<AccountTables, void>(async (tx) => {
			await tx.insertInto('gateway_account').values(account).execute();
			const { numDeletedRows } = await tx.deleteFrom('gateway_sign_up').where('id', '=', row.id).executeTakeFirst();
			// It took so long that it was thought to be abandoned.
			if (numDeletedRows === 0n) throw new Error(`the sign-up of ${row.username} was undone before it was done`);
		});
		return account;
	}

	async #wayIn(userId: string, username: string, password: string): Promise<Credential> {
		try {
			return await this.#options.admin.use((mm) => makeToken(mm, userId));
		} catch (error) {
			if (!isTokensDisabled(error)) throw error;
			const { token } = await this.#options.door.login(username, password);
			return { kind: 'password', password, token };
		}
	}

	/** The user was made. */
	async #note(row: SignUpRow, userId: string): Promise<void> {
		row.mattermost_user_id = userId;
		await this.#db
			.updateTable('gateway_sign_up')
			.set({ mattermost_user_id: userId })
			.where('id', '=', row.id)
			.execute();
	}

	async #undo(row: SignUpRow): Promise<void> {
		const userId = row.mattermost_user_id ?? (await this.#findOurs(row));
		// Once it is renamed it is not found by its name any more.
		if (userId && row.mattermost_user_id === null) await this.#note(row, userId);
		if (userId) await this.#options.admin.use((mm) => discardUser(mm, userId, row.id.slice(0, 8)));
		await this.#release(row);
	}

	/** Gives names and invitation back. */
	async #release(row: SignUpRow): Promise<void> {
		await this.#options.store.transaction<AccountTables, void>(async (tx) => {
			await tx.deleteFrom('gateway_sign_up').where('id', '=', row.id).execute();
			if (row.invitation) {
				await tx
					.updateTable('gateway_invitation')
					.set((set) => ({ uses_left: set('uses_left', '+', 1) }))
					.where('hash', '=', row.invitation)
					.execute();
			}
		});
	}

	/** When the answer to "create user" was lost: a user of that name is ours only if our random password opens it. */
	async #findOurs(row: SignUpRow): Promise<string | undefined> {
		try {
			const password = unseal(this.#options.keyring, row.password, row.id);
			const { token, userId } = await this.#options.door.login(row.username, password);
			await this.#options.door.logout(token);
			return userId;
		} catch (error) {
			if (isAuthenticationError(error)) return undefined;
			throw error;
		}
	}

	get #db() {
		return accountDb(this.#options.store);
	}

	#now(): number {
		return (this.#options.now ?? Date.now)();
	}
}

/** Mattermost's refusals in our words; a name that is taken there is never adopted. */
function refusedByMattermost(error: unknown): unknown {
	if (!isApiError(error) || error.status !== 400) return error;
	if (error.code === 'app.user.save.username_exists.app_error') return usernameTaken();
	if (error.code === 'app.user.save.email_exists.app_error') return emailTaken();
	return new RefusedError(mattermostWords(error), 'BAD_USER_INPUT', { mattermost: error.code });
}

const usernameTaken = () => new RefusedError('An account with that username already exists.', 'CONFLICT');
/** Another is at it, or a sign-up failed while Mattermost was away and could not be undone yet. */
const beingMade = () =>
	new RefusedError(
		'That username or email is being signed up, or a sign-up of it failed and is being undone. Please try again in some minutes.',
		'CONFLICT',
	);
const emailTaken = () => new RefusedError('An account with that email already exists.', 'CONFLICT');
const notInvited = () => new RefusedError('Sign-up needs a valid invitation.', 'SIGN_UP_CLOSED');
