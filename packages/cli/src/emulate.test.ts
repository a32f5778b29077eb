import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { matterkit, spawnMatterkit } from './testing/matterkit-process.ts';

test('emulate prints one line when it is ready, answers its administrator, and ends on SIGTERM', async () => {
	const emulate = spawnMatterkit(['emulate', '--port', '0', '--json'], {});
	assert.ok(emulate.stdout);
	const [line] = (await once(createInterface({ input: emulate.stdout }), 'line')) as [string];
	const { event, pid, url, admin } = JSON.parse(line);
	assert.equal(event, 'ready');
	assert.equal(pid, emulate.pid);
	const me = await fetch(`${url}/api/v4/users/me`, { headers: { authorization: `Bearer ${admin.token}` } });
	assert.equal(((await me.json()) as { username: string }).username, admin.username);
	emulate.kill('SIGTERM');
	assert.deepEqual(await once(emulate, 'exit'), [0, null]);
});

test('a port in use, a seed that is no JSON and a seed that is no world are one sentence and exit code 2', async () => {
	await using folder = await tempFolder();
	const taken = createServer().listen(0, '127.0.0.1');
	await once(taken, 'listening');
	const seed = join(folder.path, 'seed.json');
	await writeFile(seed, '{"teams": "none"}');
	const broken = join(folder.path, 'broken.json');
	await writeFile(broken, '{');
	for (const [args, sentence] of [
		[['--port', String((taken.address() as AddressInfo).port)], /in use/],
		[['--port', '0', '--seed', broken], /--seed .*broken.json cannot be read/],
		[['--port', '0', '--seed', seed], /teams/],
	] as const) {
		const { code, stderr } = await matterkit(['emulate', ...args]);
		assert.equal(code, 2, stderr);
		assert.match(stderr, sentence);
	}
	taken.close();
});
