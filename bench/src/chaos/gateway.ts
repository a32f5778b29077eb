import { chaosHelp, chaosRuns } from './common/runs.ts';
import { faults, runChaos } from './gateway/run.ts';

const seconds = 60;

export const help = chaosHelp(
	'Three nodes of the chat server: messages lost, doubled, swapped, and heard by who may not.',
	seconds,
	faults,
);

export const run = chaosRuns('gateway', seconds, faults, async (options: Parameters<typeof runChaos>[0]) => {
	const result = await runChaos(options);
	if (result) return result;
	throw new Error('PostgreSQL or redis-server is not on this machine: install them, then run this again');
});
