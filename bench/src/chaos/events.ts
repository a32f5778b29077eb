import { chaosHelp, chaosRuns } from './common/runs.ts';
import { faults, runChaos } from './events/run.ts';

const seconds = 30;

export const help = chaosHelp('The event stream of the client: posts that were lost or told twice.', seconds, faults);

export const run = chaosRuns('events', seconds, faults, runChaos);
