import type { Run } from '../command.ts';
import { parseOptions } from '../options.ts';
import { cuts } from './events/cuts.ts';
import { decoding } from './events/decoding.ts';
import { many } from './events/many.ts';
import { replay } from './events/replay.ts';

export const help = 'The event stream beside @mattermost/client and JSON.parse.';

export const run: Run = async (report, args) => {
	parseOptions(args, {});
	for (const result of decoding()) report(result);
	report(await replay(200));
	report(await many(1_000));
	report(await cuts('ours'));
	report(await cuts('official'));
};
