import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { createEmulator } from '../index.ts';

interface Child {
	readonly process: ChildProcess;
	readonly url: string;
	readonly channel: string;
	readonly token: string;
}

async function start(file: string): Promise<Child> {
	const script = join(import.meta.dirname, '../testing/journal-child.ts');
	const options = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
	const child = spawn(process.execPath, [...options, script, file], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
	return { process: child, ...(JSON.parse(line) as Omit<Child, 'process'>) };
}

test('what was answered survives SIGKILL, and tokens go on working', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	const answered: string[] = [];
	for (let round = 0; round < 3; round++) {
		const child = await start(file);
		const enough = answered.length + 20;
		const post = async (message: string) => {
			const response = await fetch(`${child.url}/api/v4/posts`, {
				method: 'POST',
				headers: { authorization: `Bearer ${child.token}` },
				body: JSON.stringify({ channel_id: child.channel, message }),
			});
			assert.equal(response.status, 201);
			answered.push(message);
			// In the midst of what the other writers ask.
			if (answered.length === enough) child.process.kill('SIGKILL');
		};
		const writers = Array.from({ length: 4 }, async (_, writer) => {
			for (let n = 0; ; n++) await post(`${round}.${writer}.${n}`);
		});
		await Promise.allSettled(writers);
		if (child.process.exitCode === null && child.process.signalCode === null) await once(child.process, 'exit');
	}
	await using emulator = await createEmulator({ file });
	const kept = new Set(emulator.posts().map(({ message }) => message));
	assert.ok(answered.length >= 60);
	assert.deepEqual(
		answered.filter((message) => !kept.has(message)),
		[],
	);
});

test('users, their passwords and sessions, and the administrator are the same after a restart', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	const first = await createEmulator({ file });
	const { id, token } = first.user('ada', { password: 'Lovelace-1' });
	const { admin } = first;
	await first.close();
	await using second = await createEmulator({ file });
	assert.deepEqual(second.admin, admin);
	const me = await fetch(`${second.url}/api/v4/users/me`, { headers: { authorization: `Bearer ${token}` } });
	assert.equal(((await me.json()) as { id: string }).id, id);
	const login = await fetch(`${second.url}/api/v4/users/login`, {
		method: 'POST',
		body: JSON.stringify({ login_id: 'ada', password: 'Lovelace-1' }),
	});
	assert.equal(login.status, 200);
});

test('a line that was cut by the death of the process is left out', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	const first = await createEmulator({ file });
	await first.team('eng').channel('ops').post('whole');
	await first.close();
	appendFileSync(file, '["+","posts",{"id":"cut');
	await using second = await createEmulator({ file });
	assert.deepEqual(
		second.posts().map(({ message }) => message),
		['whole'],
	);
});

test('opening a journal writes it anew without what is no longer true', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	const first = await createEmulator({ file });
	const channel = first.team('eng').channel('ops');
	for (let n = 0; n < 100; n++) await channel.post(`post ${n}`);
	await first.close();
	const before = statSync(file).size;
	await (await createEmulator({ file })).close();
	const after = readFileSync(file, 'utf8');
	assert.ok(after.length < before * 0.8);
	assert.ok(!after.includes('\n["~"'));
});

test('only its owner can read a journal: it holds tokens', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	await (await createEmulator({ file })).close();
	assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a file that is no journal is refused, not overwritten', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'notes.txt');
	writeFileSync(file, 'my notes\n');
	await assert.rejects(createEmulator({ file }), {
		name: 'EmulatorError',
		message: /is not a journal of this emulator/,
	});
	assert.equal(readFileSync(file, 'utf8'), 'my notes\n');
});

test('a line in the middle that is broken is said with its number', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	await (await createEmulator({ file })).close();
	appendFileSync(file, 'rubbish\n["-","users","x"]\n');
	const lines = readFileSync(file, 'utf8').split('\n').length - 2;
	await assert.rejects(createEmulator({ file }), {
		name: 'EmulatorError',
		message: new RegExp(`line ${lines}: not JSON`),
	});
});

test('a snapshot brings a world back as often as one likes, also in a journal', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	const first = await createEmulator({ file });
	const channel = first.team('eng').channel('ops');
	await channel.post('before');
	const snapshot = first.snapshot();
	for (const message of ['one', 'two']) {
		await channel.post(message);
		first.restore(snapshot);
		assert.deepEqual(
			first.posts().map((post) => post.message),
			['before'],
		);
	}
	await first.team('eng').channel('ops').post('after');
	await first.close();
	await using second = await createEmulator({ file });
	assert.deepEqual(
		second.posts().map(({ message }) => message),
		['before', 'after'],
	);
});

test('a journal that another emulator keeps is refused', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	const first = await createEmulator({ file });
	await assert.rejects(createEmulator({ file }), { name: 'EmulatorError', message: /is in use by process \d+/ });
	await first.close();
	await (await createEmulator({ file })).close();
});
