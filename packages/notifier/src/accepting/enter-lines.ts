// A recipient's row is their line: writing it also locks the line, see lockLines.
import { type Kysely, type OnConflictBuilder, sql } from 'kysely';
import { given } from '../outbox/given.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { NotifierTables } from '../outbox/tables.ts';
import type { Acceptance } from './acceptance.ts';

type Recipient = Pick<Acceptance, 'recipient' | 'appUserId'>;

export async function enterLine(
	tx: Kysely<NotifierTables>,
	outbox: Outbox,
	{ recipient, appUserId }: Recipient,
): Promise<void> {
	await tx
		.insertInto('notifier_recipient')
		.values({ username: recipient, app_user_id: appUserId ?? null, created_at: outbox.now() })
		.onConflict(learnAppUserId)
		.execute();
}

/** The same for many, in the order of their names. */
export async function enterLines(
	tx: Kysely<NotifierTables>,
	outbox: Outbox,
	recipients: readonly Recipient[],
): Promise<void> {
	const appUserIds = new Map<string, string | undefined>();
	for (const { recipient, appUserId } of recipients) appUserIds.set(recipient, appUserId ?? appUserIds.get(recipient));
	const rows = Array.from(appUserIds, ([username, app_user_id]) => ({ username, app_user_id }));
	await tx
		.insertInto('notifier_recipient')
		.columns(['username', 'app_user_id', 'created_at'])
		.expression((eb) =>
			eb
				.selectFrom(given(outbox.store.kind, { username: 'text', app_user_id: 'text' }, rows))
				.select(['given.username', 'given.app_user_id', outbox.now().as('created_at')])
				.where(sql.lit(true))
				.orderBy('given.username'),
		)
		.onConflict(learnAppUserId)
		.execute();
}

const learnAppUserId = (conflict: OnConflictBuilder<NotifierTables, 'notifier_recipient'>) =>
	conflict
		.column('username')
		.doUpdateSet((eb) => ({ app_user_id: eb.ref('excluded.app_user_id') }))
		// Where this does not hold nothing is written, but PostgreSQL locks the row all the same.
		.where('excluded.app_user_id', 'is distinct from', (eb) => eb.ref('notifier_recipient.app_user_id'))
		.where('excluded.app_user_id', 'is not', null);
