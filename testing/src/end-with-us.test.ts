import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

test('a server ends with the process that started it, also when that is killed', { timeout: 60_000 }, async () => {
	const program = `
		import { spawn } from 'node:child_process';
		import { endWithUs } from ${JSON.stringify(new URL('./end-with-us.ts', import.meta.url))};
		endWithUs(spawn('sleep', ['600'], { stdio: ['ignore', 'inherit', 'ignore'] }), 'KILL');
		console.log('started');
	`;
	const starter = spawn(process.execPath, ['--input-type=module', '--eval', program], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(starter.stdout, 'data');
	starter.kill('SIGKILL');
	// The server has the same standard output: it closes when both are gone.
	await once(starter, 'close');
});
