// `npm run chaos notifier`: what each strategy of posting is worth when everything fails that can.
// Options: --strategy none|pending_post_id|ours, --store sqlite|postgres|postgres-2 (two processes), --count N (300), --seed N, --short.
import { parseArgs } from 'node:util';
import { startPostgres } from '@matterkit/testing';
import type { Run } from '../command.ts';
import { seeded } from './common/random.ts';
import { runScenario, type Scenario } from './notifier.scenario.ts';

const strategies = ['none', 'pending_post_id', 'ours'] as const;
const stores = ['sqlite', 'postgres', 'postgres-2'] as const;

/** 20 % of the answers to posts are dropped after the server acted, 10 % refused, 5 % come after the timeout. */
export const trouble = {
	faults: { drop: 0.2, refuse: 0.1, late: 0.05, delay: 1_600 },
	postTimeout: 1_000,
	serviceKills: [1_000, 3_000],
} as const satisfies Partial<Scenario>;

export const run: Run = async (report, args) => {
	const { values } = parseArgs({
		args: [...args],
		options: {
			strategy: { type: 'string' },
			store: { type: 'string' },
			count: { type: 'string', default: '300' },
			seed: { type: 'string', default: String(Date.now() % 1_000_000) },
			short: { type: 'boolean', default: false },
		},
	});
	await using postgres = await startPostgres();
	let failed = false;
	for (const store of stores.filter((name) => name === (values.store ?? name))) {
		if (store !== 'sqlite' && !postgres) {
			report({ store, skipped: 'PostgreSQL is not installed' });
			continue;
		}
		for (const strategy of strategies.filter((name) => name === (values.strategy ?? name))) {
			// Two processes are what the protocol is for; the other strategies would double everything.
			if (store === 'postgres-2' && strategy !== 'ours') continue;
			const { accepted, lost, doubled, ...rest } = await runScenario({
				...trouble,
				strategy,
				store:
					store === 'sqlite'
						? 'sqlite'
						: { url: (await postgres?.createDatabase(`${store}_${strategy}`.replaceAll('-', '_'))) ?? '' },
				workers: store === 'postgres-2' ? 2 : 1,
				notifications: Number(values.count),
				outage: values.short ? 2_000 : 35_000,
				serverKills: values.short ? 1 : 2,
				trouble: values.short ? 15_000 : 90_000,
				random: seeded(Number(values.seed)),
			});
			report({ strategy, store, accepted, lost, doubled, ...rest, seed: Number(values.seed) });
			if (strategy === 'ours' && lost + doubled > 0) failed = true;
		}
	}
	if (failed) process.exitCode = 1;
};
