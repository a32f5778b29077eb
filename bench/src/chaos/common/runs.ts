import type { Result, Run } from '../../command.ts';
import { chosen, parseOptions, positive, whole } from '../../options.ts';

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

/** @param longest how long a run takes at most, in seconds */
export const chaosHelp = (what: string, longest: number, faults: readonly string[]) => `${what}
Runs of ${longest} seconds, each with a seed of its own. Exit code 1: one of them found something.

  --minutes N   how long in all (1)
  --seed N      of the dice of the first run (another one each time)
  --faults F    of ${faults.join(', ')} (all)
  --verbose     what happened, also when all is well`;

/** Options are those of `chaosHelp`. */
export function chaosRuns<Fault extends string>(
	name: string,
	longest: number,
	faults: readonly Fault[],
	runChaos: (options: ChaosOptions<Fault>) => Promise<ChaosResult>,
): Run {
	return async (report, args) => {
		const {
			minutes,
			seed: given,
			faults: words,
			verbose,
		} = parseOptions(args, {
			minutes: { type: 'string', default: '1' },
			seed: { type: 'string', default: String(1 + (Date.now() % 1_000_000)) },
			faults: { type: 'string' },
			verbose: { type: 'boolean', default: false },
		});
		const seconds = positive('minutes', minutes) * 60;
		const first = whole('seed', given);
		const only = chosen('faults', words, faults);
		const end = Date.now() + seconds * 1_000;
		for (let seed = first; seed === first || Date.now() < end; seed++) {
			const options = { seed, seconds: Math.min(longest, seconds), faults: only };
			const { details, log, faults: happened, ...counts } = await runChaos(options);
			const came = Object.values(happened).reduce((sum, count) => sum + count, 0);
			report({ run: `chaos ${name}`, ...(counts as Result), faults: came });
			if (details.length > 0) process.exitCode = 1;
			if (details.length > 0 || verbose) console.error([...details, ...log].join('\n'));
		}
	};
}
