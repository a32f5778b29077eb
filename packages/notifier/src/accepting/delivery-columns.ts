import { rankOf } from '../timing/priority.ts';
import type { Acceptance } from './acceptance.ts';

/** Of an acceptance, what its delivery is as long as it lives. */
export type Asked = Pick<
	Acceptance,
	| 'id'
	| 'key'
	| 'recipient'
	| 'template'
	| 'variables'
	| 'locale'
	| 'replyTo'
	| 'updates'
	| 'priority'
	| 'retry'
	| 'expiresAt'
>;

/** The same as columns of `notifier_delivery`. */
export const columnsOf = ({
	id,
	key,
	recipient,
	template,
	variables,
	locale,
	replyTo,
	updates,
	priority,
	retry,
	expiresAt,
}: Asked) => ({
	id,
	key,
	recipient,
	template,
	variables,
	locale: locale ?? null,
	reply_to: replyTo ?? null,
	updates: updates ?? null,
	priority: rankOf(priority ?? 'normal'),
	retry: retry === undefined ? null : JSON.stringify(retry),
	expires_at: expiresAt ?? null,
});
