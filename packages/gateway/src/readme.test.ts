// The examples of the README, as a reader runs them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { createEmulator } from '@matterkit/emulator';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const room = join(import.meta.dirname, '..');
const readme = await readFile(join(room, 'README.md'), 'utf8');
const blocks = (language: string) =>
	[...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code);

/** An emulated Mattermost with the team of the examples, and a way to run one of them against it. */
async function setUp(t: TestContext) {
	const emulator = await createEmulator();
	t.after(() => emulator[Symbol.asyncDispose]());
	emulator.team('crew');
	// Inside the room, so that the packages are found as in a program of a user.
	const folder = await mkdtemp(join(room, '.readme-'));
	t.after(() => rm(folder, { recursive: true }));
	const run = async (code = '', more = '') => {
		const script = join(folder, 'example.ts');
		await writeFile(script, code.replaceAll('https://mattermost.example.com', emulator.url) + more);
		const node = ['--conditions=source', '--disable-warning=ExperimentalWarning', script];
		const env = {
			...process.env,
			MATTERMOST_ADMIN_LOGIN_PASSWORD: emulator.admin.password,
			MATTERMOST_ADMIN_TOKEN: emulator.admin.token,
			MATTERKIT_SECRET: 'a secret for this example',
		};
		const child = spawn(process.execPath, node, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
		t.after(() => child.kill('SIGKILL'));
		const output = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
		return { child, line: async () => String((await output.next()).value) };
	};
	return { run };
}

test('the first example serves the operations of the second until SIGTERM', async (t) => {
	const { run } = await setUp(t);
	const example = blocks('ts')[0]?.replace('8080', '0');
	const { child, line } = await run(example, '\nconsole.log(app.addresses()[0]?.port);\n');
	const address = `127.0.0.1:${await line()}/graphql`;
	let token = '';
	const ask = async (query: string) => {
		const response = await fetch(`http://${address}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}) },
			body: JSON.stringify({ query }),
		});
		const { data, errors } = (await response.json()) as {
			data?: { userGetToken?: { token: string } };
			errors?: unknown;
		};
		assert.equal(errors, undefined, query);
		token = data?.userGetToken?.token ?? token;
	};
	const operations =
		blocks('graphql')[0]
			?.split('\n')
			.filter((text) => /^(mutation|subscription)/.test(text)) ?? [];
	const subscription = operations.pop() ?? '';
	for (const operation of operations) await ask(operation);
	const client = createClient({
		url: `ws://${address}`,
		webSocketImpl: WebSocket,
		connectionParams: { Authorization: `JWT ${token}` },
	});
	const messages = client.iterate({ query: subscription });
	const first = messages.next();
	// Over the same socket: it waits until the subscription hears.
	const send = 'mutation { textMessageSend(channelIdentifier: "general", textMessage: "hello") { status } }';
	await client.iterate({ query: send }).next();
	assert.match(JSON.stringify((await first).value), /"message":"hello","owner":\{"username":"ada"\}/);
	await client.dispose();
	child.kill('SIGTERM');
	assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('the example of the proxies prints the message that it sent', async (t) => {
	const { run } = await setUp(t);
	const { child, line } = await run(blocks('ts')[1]);
	const ended = once(child, 'exit');
	let last = '';
	while (!last.includes('Hello')) last = await line();
	assert.match(last, /^\d{4}-\d\d-\d\dT[\d:.]+\+03:30 ada Hello$/);
	assert.deepEqual(await ended, [0, null]);
});
