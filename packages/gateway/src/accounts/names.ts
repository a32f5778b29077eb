// Names move at Mattermost, and an account's row has those of its last login: whose a name is now, Mattermost says.
import { randomUUID } from 'node:crypto';
import type { AccountDb } from './tables.ts';

/** A user as Mattermost has it now. */
export interface MattermostUser {
	readonly id: string;
	readonly username: string;
	readonly email: string;
}

export const namesOf = ({ username, email }: MattermostUser) => ({ username, email: email.toLowerCase() });

/** Gives the account the names that its user has now. */
export async function rename(db: AccountDb, accountId: string, user: MattermostUser): Promise<void> {
	await freeNames(db, accountId, user);
	await db.updateTable('gateway_account').set(namesOf(user)).where('id', '=', accountId).execute();
}

/** Other accounts that had these names are found under them no more. */
export async function freeNames(db: AccountDb, accountId: string, user: MattermostUser): Promise<void> {
	const { username, email } = namesOf(user);
	const others = db.updateTable('gateway_account').where('id', '!=', accountId);
	await others
		.set({ username: `~${randomUUID()}` })
		.where('username', '=', username)
		.execute();
	if (email !== '') await others.set({ email: '' }).where('email', '=', email).execute();
}
