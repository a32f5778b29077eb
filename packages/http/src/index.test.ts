import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { serve } from './testing/server.ts';

const entry = JSON.stringify(join(import.meta.dirname, 'index.ts'));

/** What a program, run in a process of its own, prints. */
async function run(program: string): Promise<string> {
	const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning', '--input-type=module'];
	const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', program]);
	return stdout.trim();
}

test('importing the package does not load undici, which takes longer than all the rest', async () => {
	const program = `
		import { createHttpClient } from ${entry};
		import { Module } from 'node:module';
		createHttpClient('http://localhost');
		console.log(Object.keys(Module._cache).filter((path) => path.includes('undici')).length);
	`;
	assert.equal(await run(program), '0');
});

test('a pause that nobody waits for, and idle connections, do not keep the process alive', async () => {
	await using server = await serve((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
	const program = `
		import { createHttpClient } from ${entry};
		const client = createHttpClient('${server.url}', undefined, { maxRetries: 0 });
		await client.get('/').catch(({ name }) => console.log(name));
	`;
	const begin = performance.now();
	assert.equal(await run(program), 'RateLimitError');
	assert.ok(performance.now() - begin < 120_000);
});
