// `npm run loadtest`: a load test of any gateway that serves the reference's schema. What it does is in loadtest/run.ts.
import { loadTestOptions, usage } from './loadtest/options.ts';
import { type LoadTestResult, loadTest } from './loadtest/run.ts';
import { UsageError } from './options.ts';

async function main(): Promise<number> {
	try {
		const options = loadTestOptions(process.argv.slice(2), process.env);
		if (options === 'help') {
			console.log(usage);
			return 0;
		}
		const result = await loadTest(options, (line) => console.error(line));
		if (options.json) {
			const { problems, histogram, ...rest } = result;
			console.log(JSON.stringify({ event: 'loadtest', ...rest, problems: Object.fromEntries(problems), histogram }));
		} else print(result);
		return result.passed ? 0 : 1;
	} catch (error) {
		if (error instanceof UsageError) {
			console.error(`loadtest: ${error.message}\n\n${usage}`);
			return 2;
		}
		console.error(`loadtest: ${error instanceof Error ? reason(error) : error}`);
		return 1;
	}
}

function print(result: LoadTestResult): void {
	const { sent, subscribers, delivered, expected, lost, doubled, p50, p90, p99, max, histogram } = result;
	console.log(`${sent} messages to ${subscribers} subscribers: ${delivered} of ${expected} deliveries`);
	console.log(`${lost} lost, ${doubled} doubled, ${result.deliveriesPerSecond} deliveries/s`);
	console.log(`from sending to arrival: p50 ${p50} ms, p90 ${p90} ms, p99 ${p99} ms, at most ${max} ms`);
	const most = Math.max(...histogram.map(({ count }) => count), 1);
	for (const { from, to, count } of histogram)
		console.log(
			`${`${from}–${to} ms`.padStart(14)}  ${'█'.repeat(Math.ceil((count / most) * 50)).padEnd(50)} ${count}`,
		);
	for (const [problem, times] of result.problems) console.log(`${times} × ${problem}`);
	console.log(result.passed ? 'passed' : 'FAILED');
}

/** `fetch failed` says nothing; its cause does. */
function reason(error: Error): string {
	return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

process.exit(await main());
