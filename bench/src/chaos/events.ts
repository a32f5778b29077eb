import { chaosRuns } from './common/runs.ts';
import { faults, runChaos } from './events/run.ts';

/** `npm run chaos events -- [--minutes N] [--seed S] [--faults cut,restart]`: runs of half a minute, each with a seed of its own. */
export const run = chaosRuns('events', 30, faults, runChaos);
