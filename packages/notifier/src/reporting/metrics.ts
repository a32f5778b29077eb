import { sql } from 'kysely';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { unfinishedLiterals } from '../outbox/line.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { inLine, type State, type Unfinished } from '../outbox/states.ts';

export interface Metrics {
	readonly accepted: Counter;
	readonly repeated: Counter;
	readonly sent: Counter;
	readonly dead: Counter;
	readonly expired: Counter;
	readonly cancelled: Counter;
	readonly unknown: Counter;
	readonly lookedUp: Counter<'found'>;
	readonly doubled: Counter;
	readonly fenced: Counter;
	readonly acceptToPost: Histogram;
}

export function createMetrics(registry: Registry, outbox: Outbox): Metrics {
	const registers = [registry];
	const counter = (name: string, help: string) =>
		new Counter({ name: `matterkit_notifier_${name}_total`, help, registers });
	new Gauge({
		name: 'matterkit_notifier_deliveries',
		help: 'Unfinished deliveries by state.',
		labelNames: ['state'],
		registers,
		async collect() {
			this.reset();
			const counts = await whereReachable(countUnfinished(outbox));
			for (const [state, count] of Object.entries(counts ?? {})) this.set({ state }, count);
		},
	});
	new Gauge({
		name: 'matterkit_notifier_oldest_seconds',
		help: 'Time for which the oldest unfinished delivery has been due; 0: there is none.',
		registers,
		async collect() {
			const age = await whereReachable(oldestAge(outbox));
			this.set(age === undefined ? Number.NaN : age / 1000);
		},
	});
	const lookedUp = new Counter({
		name: 'matterkit_notifier_looked_up_total',
		help: 'Look-ups in Mattermost, by whether the post was found.',
		labelNames: ['found'],
		registers,
	});
	// There from the start: what appears later has no first increase.
	for (const found of ['yes', 'no']) lookedUp.inc({ found }, 0);
	return {
		accepted: counter('accepted', 'Notifications accepted.'),
		repeated: counter('repeated', 'Requests answered as repeats of an earlier one.'),
		sent: counter('sent', 'Deliveries posted.'),
		dead: counter('dead', 'Deliveries that Mattermost refused, or whose retries were used up.'),
		expired: counter('expired', 'Deliveries that were not posted in time.'),
		cancelled: counter('cancelled', 'Deliveries taken back before they were posted.'),
		unknown: counter('unknown', 'Attempts after which nobody knew whether the post was made.'),
		lookedUp,
		doubled: counter('doubled', 'Second posts of one delivery that the auditor found and deleted.'),
		fenced: counter('fenced', 'Deliveries whose lease was lost while they were worked on.'),
		acceptToPost: new Histogram({
			name: 'matterkit_notifier_accept_to_post_seconds',
			help: 'Time from the acceptance, or the time it was scheduled for, to the post.',
			buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200],
			registers,
		}),
	};
}

/** The other metrics are worth having also while the database is away. */
function whereReachable<T>(counting: Promise<T>): Promise<T | undefined> {
	return counting.catch(() => undefined);
}

export type UnfinishedCounts = Record<Unfinished, number>;

export async function countUnfinished({ db }: Outbox): Promise<UnfinishedCounts> {
	const counts: UnfinishedCounts = { scheduled: 0, pending: 0, sending: 0, unknown: 0 };
	const rows = await db
		.selectFrom('notifier_delivery')
		.select(['state', (eb) => eb.fn.countAll<number>().as('count')])
		.where('state', 'in', unfinishedLiterals)
		.groupBy('state')
		.execute();
	for (const { state, count } of rows) counts[state as keyof UnfinishedCounts] = count;
	return counts;
}

/** Milliseconds for which the one that waits longest has been due. The first of each state stands at the beginning of its part of an index. */
async function oldestAge({ db, now }: Outbox): Promise<number> {
	const first = (state: State) =>
		db
			.selectFrom('notifier_delivery')
			.select((eb) => eb.fn.min<number | null>('due_at').as('at'))
			.where('state', '=', sql.lit(state))
			.where('state', 'in', unfinishedLiterals)
			.as(state);
	const { now: time, ...firsts } = await db
		.selectNoFrom([...inLine.map(first), now().as('now')])
		.executeTakeFirstOrThrow();
	const times = Object.values<number | null>(firsts).filter((at) => at !== null);
	return times.length > 0 ? Math.max(0, time - Math.min(...times)) : 0;
}
