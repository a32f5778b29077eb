import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { createEmulator } from '@matterkit/emulator';
import { tempFolder } from '@matterkit/testing';
import { commands } from './commands/index.ts';
import { matterkit, spawnMatterkit } from './testing/matterkit-process.ts';
import { version } from './version.ts';

/** An emulated server with one team, and the environment that leads the commands to it. */
async function world() {
	const emulator = await createEmulator();
	const mm = await Mattermost.connect({ url: emulator.url, token: emulator.admin.token });
	const team = await mm.teams.create({ name: 'eng', display_name: 'Eng' });
	const channel = await mm.channels.getByName(team.id, 'town-square');
	assert.ok(channel);
	return {
		mm,
		channel,
		env: { MATTERMOST_SERVER_URL: emulator.url, MATTERMOST_TOKEN: emulator.admin.token },
		async [Symbol.asyncDispose]() {
			await mm.close();
			await emulator.close();
		},
	};
}

test('every command explains itself, and --version prints the version', async () => {
	const overview = await matterkit(['--help']);
	for (const { name } of commands) {
		assert.match(overview.stdout, new RegExp(`^ {2}${name} `, 'm'));
		const { stdout, code } = await matterkit([name, '--help']);
		assert.equal(code, 0);
		assert.match(stdout, new RegExp(`usage: matterkit ${name}`));
	}
	assert.equal((await matterkit(['--version'])).stdout, `${version}\n`);
});

test('an unknown command is refused with a way to find the right one', async () => {
	const { code, stderr } = await matterkit(['strat']);
	assert.equal(code, 2);
	assert.equal(stderr, "matterkit: there is no command 'strat'. matterkit --help lists them.\n");
});

test('send posts a text with a file to a channel by its name', async () => {
	await using server = await world();
	await using folder = await tempFolder();
	const file = join(folder.path, 'notes.txt');
	await writeFile(file, 'what is new');
	const { code, stdout, stderr } = await matterkit(
		['send', 'town-square', 'The release is out', '--file', file],
		server,
	);
	assert.equal(code, 0, stderr);
	const id = /^sent: ([a-z0-9]{26})\n$/.exec(stdout)?.[1];
	assert.ok(id, stdout);
	const post = await server.mm.posts.getById(id);
	assert.equal(post.message, 'The release is out');
	assert.equal(post.channel_id, server.channel.id);
	assert.equal(post.metadata.files?.[0]?.name, 'notes.txt');
});

test('send @user writes a direct message', async () => {
	await using server = await world();
	const ada = await server.mm.users.create({ username: 'ada', email: 'ada@example.com', password: 'Passw0rd!x' });
	const { code, stdout, stderr } = await matterkit(['send', '@ada', 'Hello', '--json'], server);
	assert.equal(code, 0, stderr);
	const { channel_id } = JSON.parse(stdout) as { channel_id: string };
	assert.ok((await server.mm.channels.getById(channel_id)).name.includes(ada.id));
});

test('send tells what is wrong before it sends: no such channel, file, user', async () => {
	await using server = await world();
	for (const [args, sentence] of [
		[['send', 'nowhere', 'x'], /there is no channel 'nowhere'/],
		[['send', '@nobody', 'x'], /there is no user '@nobody'/],
		[['send', 'town-square', 'x', '--file', '/no/such/file'], /there is no such file/],
		[['send', 'town-square'], /takes a channel and one text/],
	] as const) {
		const { code, stderr } = await matterkit(args, server);
		assert.equal(code, 2, stderr);
		assert.match(stderr, sentence);
	}
});

test('a token that the server does not take is said in one sentence without the token', async () => {
	await using server = await world();
	const env = { ...server.env, MATTERMOST_TOKEN: 'not-a-token-at-all' };
	const { code, stderr } = await matterkit(['send', 'town-square', 'x'], { env });
	assert.equal(code, 2);
	assert.equal(stderr.trim().split('\n').length, 1);
	assert.doesNotMatch(stderr, /not-a-token/);
});

test('tail prints posts as they are made, and ends on Ctrl-C', async (t) => {
	await using server = await world();
	const tail = spawnMatterkit(['tail', 'town-square', '--json'], server);
	t.after(() => tail.kill('SIGKILL'));
	assert.ok(tail.stdout && tail.stderr);
	const lines = createInterface({ input: tail.stdout });
	const [listening] = (await once(createInterface({ input: tail.stderr }), 'line')) as [string];
	assert.match(listening, /listening/);
	const printed = once(lines, 'line');
	await server.mm.posts.create({ channel_id: server.channel.id, message: 'two\nlines' });
	const [line] = (await printed) as [string];
	const { channel, user, message } = JSON.parse(line) as Record<string, string>;
	assert.deepEqual({ channel, user, message }, { channel: 'town-square', user: 'admin', message: 'two\nlines' });
	tail.kill('SIGINT');
	assert.deepEqual(await once(tail, 'exit'), [0, null]);
});
