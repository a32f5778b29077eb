import { parseArgs } from 'node:util';
import type { Result, Run } from '../../command.ts';

export interface ChaosOptions<Fault> {
	readonly seed: number;
	readonly seconds: number;
	/** Only these. Default: all. */
	readonly faults?: readonly Fault[];
}

export type ChaosResult = {
	readonly seed: number;
	/** How often each fault came. */
	readonly faults: Readonly<Record<string, number>>;
	/** The first few findings; none when all is well. */
	readonly details: readonly string[];
	/** What happened, for whoever looks for causes. */
	readonly log: readonly string[];
};

/**
 * `[--minutes N] [--seed S] [--faults a,b] [--verbose]`: runs of `longest` seconds, each with a seed of its own.
 * Exit code 1 when one of them found something.
 */
export function chaosRuns<Fault extends string>(
	name: string,
	longest: number,
	faults: readonly Fault[],
	runChaos: (options: ChaosOptions<Fault>) => Promise<ChaosResult>,
): Run {
	return async (report, args) => {
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
		const only = values.faults?.split(',').map((word) => {
			const fault = faults.find((known) => known === word.trim());
			if (!fault) throw new TypeError(`--faults: there is no "${word.trim()}", only ${faults.join(', ')}`);
			return fault;
		});
		const end = Date.now() + seconds * 1_000;
		for (let seed = first; seed === first || Date.now() < end; seed++) {
			const options = { seed, seconds: Math.min(longest, seconds), ...(only ? { faults: only } : {}) };
			const { details, log, faults: happened, ...counts } = await runChaos(options);
			const came = Object.values(happened).reduce((sum, count) => sum + count, 0);
			report({ run: `chaos ${name}`, ...(counts as Result), faults: came });
			if (details.length > 0) process.exitCode = 1;
			if (details.length > 0 || values.verbose) console.error([...details, ...log].join('\n'));
		}
	};
}
