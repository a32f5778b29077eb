import { parseArgs } from 'node:util';
import type { Run } from '../command.ts';
import { type Fault, runChaos } from './gateway/run.ts';

/** `npm run chaos gateway -- [--minutes N] [--seed S] [--faults "kill node,kill redis"]`: runs of a minute, each with a seed of its own. */
export const run: Run = async (report, args) => {
	const { values } = parseArgs({
		args: [...args],
		options: {
			minutes: { type: 'string', default: '1' },
			seed: { type: 'string' },
			faults: { type: 'string' },
			verbose: { type: 'boolean' },
		},
	});
	const seconds = Number(values.minutes) * 60;
	const first = Number(values.seed ?? Date.now() % 1_000_000);
	const faults = values.faults?.split(',') as Fault[] | undefined;
	const end = Date.now() + seconds * 1_000;
	for (let seed = first; seed === first || Date.now() < end; seed++) {
		const result = await runChaos({ seed, seconds: Math.min(60, seconds), ...(faults ? { faults } : {}) });
		if (!result)
			throw new Error('PostgreSQL or redis-server is not on this machine: install them, then run this again');
		const { details, log, faults: came, ...verdict } = result;
		report({ run: 'chaos gateway', ...verdict, faults: Object.values(came).reduce((sum, count) => sum + count, 0) });
		if (details.length > 0) process.exitCode = 1;
		if (details.length > 0 || values.verbose) console.error([...details, ...log].join('\n'));
	}
};
