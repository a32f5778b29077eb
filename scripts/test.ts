// `npm test [-- PATTERN…]`: makes sure of the services that tests start for themselves, then runs node's test runner.
import { spawn } from 'node:child_process';
import { installMissing } from '@matterkit/testing';

const patterns = process.argv.slice(2);
const missing = installMissing((line) => console.error(`matterkit: ${line}`));
if (missing.length > 0) {
	console.error(`matterkit: not on this machine: ${missing.join(', ')}. The tests that need them are left out.`);
	if (process.env.CI) {
		console.error('matterkit: in CI no test may be left out.');
		process.exit(1);
	}
}
const options = patterns.filter((argument) => argument.startsWith('--'));
const files = patterns.filter((argument) => !argument.startsWith('--'));
const runner = spawn(
	process.execPath,
	[
		...process.execArgv,
		'--test',
		'--test-concurrency=2',
		'--test-timeout=300000',
		// A test that failed may leave a child or a socket behind: the run must end all the same, and say so.
		'--test-force-exit',
		...options,
		...(files.length > 0
			? files
			: ['packages/**/*.test.ts', 'testing/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts']),
	],
	{ stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal));
runner.on('exit', (code) => process.exit(code ?? 1));
