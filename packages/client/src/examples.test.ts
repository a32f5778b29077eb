// The examples run as they stand, against the emulator.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEmulator, type Emulator } from '@matterkit/emulator';
import { until } from '@matterkit/testing';
import type { Channel } from '@mattermost/types/channels';
import { Mattermost } from './mattermost.ts';

let emulator: Emulator;
let mm: Mattermost;
let channel: Channel;

before(async () => {
	emulator = await createEmulator();
	mm = await Mattermost.connect({ url: emulator.url, token: emulator.admin.token });
	const team = await mm.teams.create({ name: 'engineers', display_name: 'Engineers' });
	channel = await mm.channels.create({ team_id: team.id, name: 'town', display_name: 'Town' });
	await mm.users.create({ username: 'john', email: 'john@example.com', password: 'Passw0rd!' });
});
after(async () => {
	await mm?.close();
	await emulator?.[Symbol.asyncDispose]();
});

function start(name: string, ...args: string[]) {
	const path = fileURLToPath(new URL(`../../../examples/client-${name}.ts`, import.meta.url));
	const env = {
		...process.env,
		MATTERMOST_SERVER_URL: emulator.url,
		MATTERMOST_TOKEN: emulator.admin.token,
		MATTERMOST_CHANNEL_ID: channel.id,
	};
	return spawn(process.execPath, [...process.execArgv, path, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function run(name: string, ...args: string[]): Promise<string> {
	const program = start(name, ...args);
	const [output, [code]] = await Promise.all([text(program.stdout), once(program, 'exit')]);
	assert.equal(code, 0);
	return output;
}

test('send-message posts a message, a file and several files', async () => {
	assert.equal(
		await run('send-message', import.meta.filename, fileURLToPath(new URL('index.ts', import.meta.url))),
		'sent\n',
	);
	const posts = await mm.posts.list(channel.id);
	assert.deepEqual(
		posts.slice(0, 3).map((post) => post.file_ids?.length),
		[2, 1, 0],
	);
});

test('direct-message finds somebody and tells them', async () => {
	assert.equal(await run('direct-message', 'john'), 'I am admin\ntold john\n');
});

test('export-channel writes a line for each post', async () => {
	const lines = (await run('export-channel', 'engineers', 'town')).trim().split('\n');
	assert.equal(lines.length, (await Array.fromAsync(mm.posts.list(channel.id))).length);
	for (const line of lines) assert(JSON.parse(line).id);
});

test('echo-bot answers in the thread, and ends on Ctrl-C', async () => {
	const bot = await mm.users.getByUsername('john');
	assert(bot);
	const john = await Mattermost.connect({ url: emulator.url, login: { loginId: 'john', password: 'Passw0rd!' } });
	await using _ = john;
	const [team] = await mm.teams.getAll();
	await mm.teams.addMember(team?.id ?? '', bot.id);
	await mm.channels.addMember(channel.id, bot.id);
	const program = start('echo-bot');
	await once(program.stdout, 'data');
	// It says that it listens before its stream is open.
	const answer = await until(
		'an answer',
		async () => {
			const { id } = await john.channel(channel.id).sendMessage('hello');
			return (await mm.posts.getThread(id)).find((post) => post.root_id === id);
		},
		{ every: 100 },
	);
	assert.equal(answer.message, 'You said: hello');
	program.kill('SIGINT');
	assert.deepEqual(await once(program, 'exit'), [0, null]);
});
