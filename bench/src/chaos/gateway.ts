import { chaosRuns } from './common/runs.ts';
import { faults, runChaos } from './gateway/run.ts';

/** `npm run chaos gateway -- [--minutes N] [--seed S] [--faults "kill node,kill redis"]`: runs of a minute, each with a seed of its own. */
export const run = chaosRuns('gateway', 60, faults, async (options: Parameters<typeof runChaos>[0]) => {
	const result = await runChaos(options);
	if (result) return result;
	throw new Error('PostgreSQL or redis-server is not on this machine: install them, then run this again');
});
