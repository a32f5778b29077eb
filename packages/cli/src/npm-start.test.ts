// The command of the README as a person runs it: through npm, which stands between the person and the server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';
import { cleanEnvironment, type Ready, startMatterkit } from './testing/matterkit-process.ts';

const root = join(import.meta.dirname, '../../..');

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

async function npmStart(data: string) {
	const npm = spawn('npm', ['start', '--silent', '--', '--port', '0', '--data', data, '--json'], {
		cwd: root,
		env: cleanEnvironment(),
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [line] = (await once(createInterface({ input: npm.stdout }), 'line')) as [string];
	const ready = JSON.parse(line) as Ready;
	return {
		npm,
		ready,
		async [Symbol.asyncDispose]() {
			if (isAlive(ready.pid)) process.kill(ready.pid, 'SIGKILL');
		},
	};
}

test('npm start prints one line when it is ready, and SIGTERM to npm leaves nothing behind', async () => {
	await using data = await tempFolder();
	await using started = await npmStart(data.path);
	assert.equal((await fetch(started.ready.url)).status, 200);
	started.npm.kill('SIGTERM');
	await until('the server is gone', () => !isAlive(started.ready.pid));
});

test('SIGTERM to the pid that was printed ends npm too', async () => {
	await using data = await tempFolder();
	await using started = await npmStart(data.path);
	process.kill(started.ready.pid, 'SIGTERM');
	assert.deepEqual(await once(started.npm, 'exit'), [0, null]);
});

/** Bytes that V8 has taken for young objects. */
async function youngGeneration(url: string): Promise<number> {
	const text = await (await fetch(`${url}/metrics`)).text();
	return Number(/^nodejs_heap_space_size_total_bytes\{space="new"\} (\d+)/m.exec(text)?.[1]);
}

test('the memory for young objects is bounded, with npm start and with the program itself', async () => {
	await using data = await tempFolder();
	await using started = await npmStart(data.path);
	await using other = await tempFolder();
	await using program = await startMatterkit(other.path);
	for (const { url } of [started.ready, program.ready]) {
		// Enough to make it grow.
		for (let request = 0; request < 500; request++) await (await fetch(url)).arrayBuffer();
		assert.ok((await youngGeneration(url)) < 20_000_000, url);
	}
});
