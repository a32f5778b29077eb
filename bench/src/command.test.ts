import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

function run(program: string, ...args: string[]) {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		['--conditions=source', join(import.meta.dirname, program), ...args],
		{ encoding: 'utf8' },
	);
	return { status, stdout, stderr };
}

test('without a name, or with a wrong one, all there are come with what they are for', () => {
	for (const args of [[], ['nonsense']]) {
		const { status, stderr } = run('bench.ts', ...args);
		assert.equal(status, 2);
		assert.match(stderr, /^ {2}fanout +One event to many subscribers/m);
	}
});

test('a program tells its options', () => {
	const { status, stdout } = run('chaos.ts', 'gateway', '--help');
	assert.equal(status, 0);
	for (const option of ['--minutes', '--seed', '--faults', 'kill redis', '--json']) assert.ok(stdout.includes(option));
});

test('a wrong option is refused with what there is', () => {
	for (const [option, value, what] of [
		['--strategy', 'mine', /--strategy: there is no "mine", only none, pending_post_id, ours/],
		['--count', '1.5', /--count must be a whole number, not "1.5"/],
		['--count', '-3', /--count/],
		['--colour', 'red', /--colour/],
	] as const) {
		const { status, stdout, stderr } = run('chaos.ts', 'notifier', '--json', option, value);
		assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
		assert.match(stderr, what);
		assert.match(stderr, /usage: npm run chaos notifier/);
	}
});
