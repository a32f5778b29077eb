import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';

const lockfile = JSON.stringify({ packages: { '': {}, 'node_modules/node': { version: '1.0.0' } } });
/** Installs when the file `go` is there; with a file `no-scripts` no Node.js. */
const npm = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, rmSync, symlinkSync, copyFileSync } = require('node:fs');
appendFileSync('installs', 'one\\n');
rmSync('node_modules', { recursive: true, force: true });
const timer = setInterval(() => {
	if (!existsSync('go')) return;
	clearInterval(timer);
	mkdirSync('node_modules/node/bin', { recursive: true });
	if (!existsSync('no-scripts')) symlinkSync(process.execPath, 'node_modules/node/bin/node');
	copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
}, 10);
`;

/** A checkout in which nothing is installed, and an npm that installs next to nothing. */
async function checkout() {
	const folder = await tempFolder();
	const at = (name: string) => join(folder.path, name);
	await Promise.all([mkdir(at('scripts')), mkdir(at('bin'))]);
	await copyFile(join(import.meta.dirname, 'run.mjs'), at('scripts/run.mjs'));
	await writeFile(at('package-lock.json'), lockfile);
	await writeFile(at('program.mjs'), 'console.log("it ran");');
	await writeFile(at('bin/npm'), npm, { mode: 0o755 });
	const children: ChildProcess[] = [];
	const env = { ...process.env, PATH: `${at('bin')}${delimiter}${process.env.PATH}` };
	return {
		at,
		installs: async () => (await readFile(at('installs'), 'utf8')).trim().split('\n').length,
		run() {
			const child = spawn(process.execPath, [at('scripts/run.mjs'), 'program.mjs'], { env });
			children.push(child);
			let said = '';
			child.stderr.on('data', (chunk) => {
				said += chunk;
			});
			const printed = text(child.stdout);
			return {
				said: () => said,
				end: async () => {
					const [code] = await once(child, 'close');
					return [code, await printed];
				},
			};
		},
		async [Symbol.asyncDispose]() {
			for (const child of children) child.kill('SIGKILL');
			await folder[Symbol.asyncDispose]();
		},
	};
}

test('two programs that are started at once install once, and both run', async () => {
	await using made = await checkout();
	const both = [made.run(), made.run()];
	const ends = both.map(({ end }) => end());
	await until('one installs, the other waits', () => {
		const said = both.map((each) => each.said()).join();
		return /installing/.test(said) && /waiting/.test(said);
	});
	await writeFile(made.at('go'), '');
	assert.deepEqual(await Promise.all(ends), Array(2).fill([0, 'it ran\n']));
	assert.equal(await made.installs(), 1);
});

test('a lock that a killed process left behind holds nobody up', async () => {
	await using made = await checkout();
	await writeFile(made.at('.installing'), String(spawnSync('true').pid));
	await writeFile(made.at('go'), '');
	assert.deepEqual(await made.run().end(), [0, 'it ran\n']);
	assert.equal(await made.installs(), 1);
});

test('where npm runs no install scripts it is said what is missing, and not tried again', async () => {
	await using made = await checkout();
	for (const name of ['no-scripts', 'go']) await writeFile(made.at(name), '');
	const run = made.run();
	assert.deepEqual(await run.end(), [1, '']);
	assert.match(run.said(), /ignore-scripts/);
	assert.equal(await made.installs(), 1);
});
