import { parseArgs } from 'node:util';
import type { Run } from '../command.ts';
import { type Fault, runChaos } from './events/run.ts';

/** `npm run chaos events -- [--minutes N] [--seed S] [--faults cut,restart]`: runs of half a minute, each with a seed of its own. */
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
	let failed = false;
	for (let seed = first; seed === first || Date.now() < end; seed++) {
		const {
			details,
			log,
			faults: came,
			...verdict
		} = await runChaos({
			seed,
			seconds: Math.min(30, seconds),
			...(faults ? { faults } : {}),
		});
		report({ run: 'chaos events', ...verdict, faults: Object.values(came).reduce((sum, count) => sum + count, 0) });
		if (details.length > 0) failed = true;
		if (details.length > 0 || values.verbose) console.error([...details, ...log].join('\n'));
	}
	if (failed) process.exitCode = 1;
};
