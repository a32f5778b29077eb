import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { pythonWith } from '@matterkit/testing';
import { createEmulator } from '../index.ts';

const run = promisify(execFile);
const python = await pythonWith(['mm-async==0.3.4', 'mattermostdriver==7.3.2']);
const skip = python ? false : 'there is no Python with mm-async and mattermostdriver';
const script = (name: string) => `${import.meta.dirname}/${name}`;

test('mm-async works with the emulator as it is', { skip }, async () => {
	await using emulator = await createEmulator();
	await run(python ?? '', [script('mm_async_flow.py'), emulator.url, emulator.admin.token], { timeout: 60_000 });
});

test('mattermostdriver works with the emulator as it is', { skip }, async () => {
	await using emulator = await createEmulator();
	const { hostname, port } = new URL(emulator.url);
	const { username, password } = emulator.admin;
	await run(python ?? '', [script('mattermostdriver_flow.py'), hostname, port, username, password], {
		timeout: 60_000,
	});
});
