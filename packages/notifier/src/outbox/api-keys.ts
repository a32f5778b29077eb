import type { Selectable } from 'kysely';
import type { Outbox } from './outbox.ts';
import type { ApiKeyTable } from './tables.ts';

export type ApiKeyRow = Selectable<ApiKeyTable>;

export async function insertKey(
	outbox: Outbox,
	key: Pick<ApiKeyRow, 'id' | 'name' | 'hash' | 'scopes' | 'expires_at'>,
): Promise<ApiKeyRow> {
	return await outbox.db
		.insertInto('notifier_api_key')
		.values({ ...key, created_at: outbox.now() })
		.returningAll()
		.executeTakeFirstOrThrow();
}

/** Newest first, also those that are revoked. */
export function listKeyRows({ db }: Outbox): Promise<ApiKeyRow[]> {
	return db.selectFrom('notifier_api_key').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
}

/** undefined: there is none, or it is revoked or has run out. */
export function findKey(outbox: Outbox, id: string): Promise<ApiKeyRow | undefined> {
	return outbox.db
		.selectFrom('notifier_api_key')
		.selectAll()
		.where('id', '=', id)
		.where('revoked_at', 'is', null)
		.where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', outbox.now())]))
		.executeTakeFirst();
}

/** @returns false: there is none that was not revoked before. */
export async function revokeKey(outbox: Outbox, id: string): Promise<boolean> {
	const { numUpdatedRows } = await outbox.db
		.updateTable('notifier_api_key')
		.set({ revoked_at: outbox.now() })
		.where('id', '=', id)
		.where('revoked_at', 'is', null)
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

/** Once a minute is enough to know: each request would be a write. */
const usedWithin = 60_000;

export async function touchKey(outbox: Outbox, { id }: Pick<ApiKeyRow, 'id'>): Promise<void> {
	await outbox.db
		.updateTable('notifier_api_key')
		.set({ last_used_at: outbox.now() })
		.where('id', '=', id)
		.where((eb) =>
			eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', (time) => time(outbox.now(), '-', usedWithin))]),
		)
		.execute();
}
