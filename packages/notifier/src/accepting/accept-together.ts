// Acceptances that came at the same time in one transaction of three statements: one each costs three to five times as much.
import { type Kysely, sql } from 'kysely';
import { given, listed } from '../outbox/given.ts';
import { inLineLiterals, overtake } from '../outbox/line.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { NotifierTables } from '../outbox/tables.ts';
import { rankOf } from '../timing/priority.ts';
import { type Acceptance, type Accepted, callerKeyName } from './acceptance.ts';
import { columnsOf } from './delivery-columns.ts';
import { enterLines } from './enter-lines.ts';

/**
 * Accepts what is new and is to go out at once.
 * @returns undefined for the others, of which nothing was written: repeats, those of a digest and those with a time.
 */
export async function acceptTogether(
	outbox: Outbox,
	acceptances: readonly Acceptance[],
): Promise<(Accepted | undefined)[]> {
	const plain = withoutRepeats(
		acceptances.filter(({ digest, sendAt }) => digest === undefined && sendAt === undefined),
	);
	const accepted = new Set<Acceptance>();
	if (plain.length > 0)
		await outbox.transaction(async (tx) => {
			const fresh = await takeKeys(tx, outbox, plain);
			if (fresh.length === 0) return;
			await enterLines(tx, outbox, fresh);
			await insertDeliveries(tx, outbox, fresh);
			for (const acceptance of fresh) accepted.add(acceptance);
		});
	return acceptances.map((acceptance) => (accepted.has(acceptance) ? { kind: 'new', id: acceptance.id } : undefined));
}

/** The first one with each key. */
function withoutRepeats(acceptances: readonly Acceptance[]): Acceptance[] {
	const seen = new Set<string>();
	return acceptances.filter((acceptance) => {
		const keys = keysOf(acceptance);
		if (keys.some(({ key }) => seen.has(key))) return false;
		for (const { key } of keys) seen.add(key);
		return true;
	});
}

function keysOf({ key, callerKey }: Acceptance): { key: string; bodyHash: string | null }[] {
	const own = { key, bodyHash: null };
	return callerKey ? [own, { key: callerKeyName(callerKey.key), bodyHash: callerKey.bodyHash }] : [own];
}

/** @returns those whose keys were all free. */
async function takeKeys(
	tx: Kysely<NotifierTables>,
	outbox: Outbox,
	acceptances: readonly Acceptance[],
): Promise<Acceptance[]> {
	const rows = acceptances.flatMap((acceptance) =>
		keysOf(acceptance).map(({ key, bodyHash }) => ({
			key,
			delivery_id: acceptance.id,
			body_hash: bodyHash,
			kept: acceptance.window,
		})),
	);
	const keys = given(outbox.store.kind, { key: 'text', delivery_id: 'text', body_hash: 'text', kept: 'bigint' }, rows);
	const inserted = await tx
		.insertInto('notifier_key')
		.columns(['key', 'delivery_id', 'body_hash', 'created_at', 'expires_at'])
		.expression((eb) =>
			eb
				.selectFrom(keys)
				.select([
					'given.key',
					'given.delivery_id',
					'given.body_hash',
					outbox.now().as('created_at'),
					sql<number>`${outbox.now()} + given.kept`.as('expires_at'),
				])
				// For SQLite's grammar: behind `from`, `on` would belong to a join.
				.where(sql.lit(true))
				// In one order for all, so that no two batches wait for each other.
				.orderBy('given.key'),
		)
		.onConflict((conflict) => conflict.column('key').doNothing())
		.returning('delivery_id')
		.execute();
	if (inserted.length === rows.length) return [...acceptances];
	const taken = new Map<string, number>();
	for (const { delivery_id } of inserted) taken.set(delivery_id, (taken.get(delivery_id) ?? 0) + 1);
	const isFree = (acceptance: Acceptance) => taken.get(acceptance.id) === keysOf(acceptance).length;
	const halfTaken = acceptances.filter((acceptance) => taken.has(acceptance.id) && !isFree(acceptance));
	if (halfTaken.length > 0)
		await tx
			.deleteFrom('notifier_key')
			.where(
				'key',
				'in',
				listed(
					outbox.store.kind,
					halfTaken.flatMap(keysOf).map(({ key }) => key),
				),
			)
			.where(
				'delivery_id',
				'in',
				listed(
					outbox.store.kind,
					halfTaken.map(({ id }) => id),
				),
			)
			.execute();
	return acceptances.filter(isFree);
}

const deliveryColumns = {
	id: 'text',
	key: 'text',
	recipient: 'text',
	template: 'text',
	variables: 'text',
	locale: 'text',
	reply_to: 'text',
	updates: 'text',
	priority: 'bigint',
	retry: 'text',
	expires_at: 'bigint',
	/** 1: of those of the same recipient here it goes first. */
	leads: 'bigint',
} as const;

async function insertDeliveries(
	tx: Kysely<NotifierTables>,
	outbox: Outbox,
	acceptances: readonly Acceptance[],
): Promise<void> {
	const leaders = leadersOf(acceptances);
	const rows = acceptances.map((acceptance) => ({
		...columnsOf(acceptance),
		leads: leaders.has(acceptance) ? 1 : 0,
	}));
	const inserted = await tx
		.insertInto('notifier_delivery')
		.columns([
			'id',
			'key',
			'recipient',
			'template',
			'variables',
			'locale',
			'reply_to',
			'updates',
			'priority',
			'retry',
			'expires_at',
			'state',
			'turn',
			'accepted_at',
			'due_at',
			'next_at',
		])
		.expression((eb) =>
			eb
				.selectFrom(given(outbox.store.kind, deliveryColumns, rows))
				.select((row) => [
					'given.id',
					'given.key',
					'given.recipient',
					'given.template',
					'given.variables',
					'given.locale',
					'given.reply_to',
					'given.updates',
					'given.priority',
					'given.retry',
					'given.expires_at',
					sql.lit('pending').as('state'),
					row
						.case()
						.when(
							row.and([
								row('given.leads', '=', sql.lit(1)),
								row.not(
									row.exists(
										row
											.selectFrom('notifier_delivery as before')
											.select('before.id')
											.whereRef('before.recipient', '=', 'given.recipient')
											.where('before.state', 'in', inLineLiterals),
									),
								),
							]),
						)
						.then(sql.lit(1))
						.else(sql.lit(0))
						.end()
						.as('turn'),
					outbox.now().as('accepted_at'),
					outbox.now().as('due_at'),
					outbox.now().as('next_at'),
				])
				.orderBy('given.id'),
		)
		.returning((eb) => [
			'recipient',
			'priority',
			eb
				.selectFrom('notifier_delivery as first')
				.select('first.priority')
				.whereRef('first.recipient', '=', 'notifier_delivery.recipient')
				.where('first.turn', '=', sql.lit(1))
				.as('holder'),
		])
		.execute();
	const behindLower = inserted.filter(({ holder, priority }) => holder !== null && holder < priority);
	if (behindLower.length > 0) await overtake(outbox, tx, [...new Set(behindLower.map(({ recipient }) => recipient))]);
}

/** Of each recipient the one with the highest priority, and of those the first. */
function leadersOf(acceptances: readonly Acceptance[]): ReadonlySet<Acceptance> {
	const leaders = new Map<string, Acceptance>();
	for (const acceptance of acceptances) {
		const leader = leaders.get(acceptance.recipient);
		if (!leader || rankOf(acceptance.priority ?? 'normal') > rankOf(leader.priority ?? 'normal'))
			leaders.set(acceptance.recipient, acceptance);
	}
	return new Set(leaders.values());
}
