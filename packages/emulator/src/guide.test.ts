import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const room = join(import.meta.dirname, '..');
const node = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
const run = promisify(execFile);

/** Blocks of code of a page; the name is that of `file=…`, else ''. */
async function codeOf(page: string): Promise<{ readonly name: string; readonly code: string }[]> {
	const text = await readFile(page, 'utf8');
	return [...text.matchAll(/```ts(?: file=(\S+))?\n([\s\S]*?)```/g)].map(([, name = '', code = '']) => ({
		name,
		code,
	}));
}

/** A folder inside the room, so that the packages are found as in a program of a user. */
async function folder(): Promise<{ path: string } & AsyncDisposable> {
	const path = await mkdtemp(join(room, '.guide-'));
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test('the first example of the README runs', async () => {
	await using files = await folder();
	const [first] = await codeOf(join(room, 'README.md'));
	const script = join(files.path, 'first.ts');
	await writeFile(script, first?.code ?? '');
	const { stdout } = await run(process.execPath, [...node, script]);
	assert.equal(stdout, 'ada: Hello World!\n');
});

test('the tests of the guide pass', async () => {
	await using files = await folder();
	const named = (await codeOf(join(room, '../../docs/emulator-guide.md'))).filter(({ name }) => name !== '');
	assert.deepEqual(
		named.map(({ name }) => name),
		['bot.ts', 'bot.test.ts'],
	);
	for (const { name, code } of named) await writeFile(join(files.path, name), code);
	// Without this node:test takes itself for a test run inside this one, and says nothing.
	const { NODE_TEST_CONTEXT: _, ...env } = process.env;
	const { stdout } = await run(process.execPath, [...node, '--test', join(files.path, 'bot.test.ts')], { env });
	assert.match(stdout, /pass 2\b/);
});
