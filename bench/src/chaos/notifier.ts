import { startPostgres } from '@matterkit/testing';
import type { Run } from '../command.ts';
import { chosen, parseOptions, whole } from '../options.ts';
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

export const help = `What each strategy of posting is worth when everything fails that can: lost and doubled notifications.

  --strategy S  of ${strategies.join(', ')} (all)
  --store S     of ${stores.join(', ')}: two processes (all)
  --count N     notifications (300)
  --seed N      of the dice (another one each time)
  --short       a quarter of a minute of trouble instead of one and a half`;

export const run: Run = async (report, args) => {
	const options = parseOptions(args, {
		strategy: { type: 'string' },
		store: { type: 'string' },
		count: { type: 'string', default: '300' },
		seed: { type: 'string', default: String(1 + (Date.now() % 1_000_000)) },
		short: { type: 'boolean', default: false },
	});
	const count = whole('count', options.count);
	const seed = whole('seed', options.seed);
	await using postgres = await startPostgres();
	let failed = false;
	for (const store of chosen('store', options.store, stores)) {
		if (store !== 'sqlite' && !postgres) {
			report({ store, skipped: 'PostgreSQL is not installed' });
			continue;
		}
		for (const strategy of chosen('strategy', options.strategy, strategies)) {
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
				notifications: count,
				outage: options.short ? 2_000 : 35_000,
				serverKills: options.short ? 1 : 2,
				trouble: options.short ? 15_000 : 90_000,
				random: seeded(seed),
			});
			report({ strategy, store, accepted, lost, doubled, ...rest, seed });
			if (strategy === 'ours' && lost + doubled > 0) failed = true;
		}
	}
	if (failed) process.exitCode = 1;
};
