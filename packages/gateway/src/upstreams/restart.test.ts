import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { createEmulator } from '@matterkit/emulator';
import { tempFolder, until } from '@matterkit/testing';
import type { NodeOptions, NodeReady } from '../testing/gateway-node.ts';
import { createChannel, logIn, password, secret, signUp } from '../testing/gateway-world.ts';
import { subscribe } from '../testing/subscriber.ts';

interface Heard {
	readonly onNewChatMessage: { readonly message: { id: string; message: string } };
}
const query = `subscription ($after: String) {
	onNewChatMessage(channelIdentifier: "general", after: $after) { message { id message } }
}`;

/** A gateway in a process of its own that can be killed and started again, over an emulator that stays. */
async function setUp() {
	await using opened = new AsyncDisposableStack();
	const folder = opened.use(await tempFolder());
	const emulator = opened.use(await createEmulator({ faults: true }));
	const admin = opened.use(await Mattermost.connect({ url: emulator.url, token: emulator.admin.token }));
	await admin.teams.create({ name: 'crew', display_name: 'Crew' });
	const { username: loginId, password: adminPassword } = emulator.admin;
	const options: NodeOptions = {
		mattermost: { url: emulator.url, admin: { loginId, password: adminPassword }, team: 'crew' },
		database: { file: `${folder.path}/gateway.db` },
		secret,
		signup: 'open',
	};
	const children = opened.use(new AsyncDisposableStack());
	const start = async (): Promise<{ child: ChildProcess; ready: NodeReady }> => {
		const child = fork(join(import.meta.dirname, '../testing/gateway-node.ts'), [JSON.stringify(options)]);
		children.defer(() => void child.kill('SIGKILL'));
		const [ready] = await once(child, 'message');
		return { child, ready: ready as NodeReady };
	};
	const graphql = async (origin: string, document: string, variables: object, token = '') => {
		const response = await fetch(`${origin}/graphql/`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}) },
			body: JSON.stringify({ query: document, variables }),
		});
		return (await response.json()) as {
			data: { userGetToken: { token: string }; channelCreate: { metadata: { channel_id: string } } };
		};
	};

	let { child, ready } = await start();
	await graphql(ready.origin, signUp, { username: 'ada', email: 'ada@example.com', password });
	const { token } = (await graphql(ready.origin, logIn, { username: 'ada', password })).data.userGetToken;
	const made = await graphql(ready.origin, createChannel, { name: 'general', members: [] }, token);
	const channel_id = made.data.channelCreate.metadata.channel_id;
	const held = opened.move();
	return {
		admin,
		emulator,
		channel_id,
		async kill() {
			child.kill('SIGKILL');
			await once(child, 'exit');
		},
		async start() {
			({ child, ready } = await start());
		},
		listen: (after: string) => subscribe<Heard>({ url: ready.socketUrl, token, query, variables: { after } }),
		[Symbol.asyncDispose]: () => held.disposeAsync(),
	};
}

test('a gateway that was killed knows its users again, and who comes back misses and doubles nothing', async () => {
	await using t = await setUp();
	const { admin, channel_id } = t;
	let { id: after } = await admin.posts.create({ channel_id, message: 'm0' });
	const texts = ['m0'];
	let posted = 1;
	for (let round = 0; round < 3; round++) {
		await using heard = t.listen(after);
		const hear = async () => {
			const { message } = (await heard.next()).onNewChatMessage;
			after = message.id;
			texts.push(message.message);
		};
		for (let i = 0; i < 20; i++) await admin.posts.create({ channel_id, message: `m${posted++}` });
		// Killed while it tells: some are heard, some are not.
		while (texts.length < posted - 10) await hear();
		await t.kill();
		for (let i = 0; i < 20; i++) await admin.posts.create({ channel_id, message: `m${posted++}` });
		await t.start();
	}
	await using heard = t.listen(after);
	while (texts.length < posted) texts.push((await heard.next()).onNewChatMessage.message.message);
	assert.deepEqual(
		texts,
		Array.from({ length: posted }, (_, i) => `m${i}`),
	);
});

test('nobody misses or doubles a message over kills of the gateway while posts overtake each other', async () => {
	await using t = await setUp();
	const { admin, channel_id, emulator } = t;
	let { id: after } = await admin.posts.create({ channel_id, message: 'first' });
	emulator.faults.add({ fault: 'reorder', milliseconds: 70 });
	emulator.faults.add({ fault: 'speed', posts_per_second: 120 });
	const writers = Array.from({ length: 8 }, (_, index) => `w${index}`);
	const counts = new Map(writers.map((writer) => [writer, 0]));
	const texts: string[] = [];
	const stop = new AbortController();
	const total = () => counts.values().reduce((sum, count) => sum + count, 0);
	/** Who is behind by more than 5,000 messages is sent to read them page by page: on a slow machine the writers would get there. */
	const heardEnough = () => stop.signal.aborted || total() < texts.length + 1_000;
	const writing = Promise.all(
		writers.map(async (writer) => {
			const username = `${writer}-writer`;
			const user = await admin.users.create({ username, email: `${username}@example.com`, password });
			await admin.teams.addMember((await admin.channels.getById(channel_id)).team_id, user.id);
			await admin.channels.addMember(channel_id, user.id);
			const mm = admin.as((await admin.tokens.create(user.id, 'test')).token);
			for (let i = 0; !stop.signal.aborted; i++) {
				await until('they are heard', heardEnough, { timeout: 300_000 });
				await mm.posts.create({ channel_id, message: `${writer}-${i}` });
				counts.set(writer, i + 1);
			}
		}),
	);
	// What goes wrong here is told where it is awaited, and not instead of what went wrong before.
	writing.catch(() => {});
	const hear = async (subscriber: ReturnType<typeof t.listen>) => {
		const { message } = (await subscriber.next()).onNewChatMessage;
		after = message.id;
		if (/^w\d-\d+$/.test(message.message)) texts.push(message.message);
	};
	for (let round = 0; round < 5; round++) {
		await using heard = t.listen(after);
		const enough = texts.length + 60;
		while (texts.length < enough) await hear(heard);
		await t.kill();
		while (heard.waiting > 0) await hear(heard).catch(() => {});
		await t.start();
	}
	await using heard = t.listen(after);
	stop.abort();
	await writing;
	while (texts.length < total()) await hear(heard);
	for (const [writer, count] of counts) {
		assert.deepEqual(
			texts.filter((text) => text.startsWith(`${writer}-`)),
			Array.from({ length: count }, (_, i) => `${writer}-${i}`),
		);
	}
});
