import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import { unfinishedLiterals } from './line.ts';
import type { Outbox } from './outbox.ts';
import type { NotifierTables } from './tables.ts';

type Keys = ExpressionBuilder<NotifierTables, 'notifier_key'>;

/** Of a key: its time is over, and the delivery that it names is finished or gone. */
export const hasRunOut =
	({ now }: Outbox) =>
	(eb: Keys): ExpressionWrapper<NotifierTables, 'notifier_key', SqlBool> => {
		const unfinished = eb
			.selectFrom('notifier_delivery')
			.select('id')
			.whereRef('notifier_delivery.id', '=', 'notifier_key.delivery_id')
			.where('state', 'in', unfinishedLiterals);
		return eb.and([eb('notifier_key.expires_at', '<=', now()), eb.not(eb.exists(unfinished))]);
	};
