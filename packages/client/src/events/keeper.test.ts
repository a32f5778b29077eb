// What is stored, and when, over real sockets.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Position } from './position.ts';
import { fileStore, memoryStore, type SessionStore } from './session-store.ts';
import { EventStream } from './stream.ts';
import { scriptedServer } from './testing/scripted-server.ts';

test('a position is stored before anything happened: what happens after a crash from then on is not lost', async () => {
	await using server = await scriptedServer();
	const saved = Promise.withResolvers<Position>();
	const store: SessionStore = { load: async () => undefined, save: async (position) => saved.resolve(position) };
	await using stream = new EventStream(server.connection(), { types: ['posted'], store });
	(await server.peer()).hello('conn');
	await stream.ready();
	const { at, connection } = await saved.promise;
	assert.deepEqual([at, connection], [1_000_000, { connectionId: 'conn', seq: 1 }]);
});

test('no position is stored that a restart could not catch up from', async () => {
	await using server = await scriptedServer();
	const saved = Promise.withResolvers<Position>();
	const store: SessionStore = { load: async () => undefined, save: async (position) => saved.resolve(position) };
	await using stream = new EventStream(server.connection(), { store });
	const peer = await server.peer();
	peer.answersPings = false;
	peer.hello('conn');
	// The hello is dealt with, and nothing has told yet what time it is there.
	const heard = Promise.withResolvers<void>();
	stream.on('typing', () => heard.resolve());
	for (let count = 0; count < 2; count++) peer.event('typing', { user_id: 'ada', parent_id: '' });
	await heard.promise;
	await new Promise((resolve) => setTimeout(resolve));
	peer.reply((await peer.action('ping')).seq, { server_time: 1_000_000 });
	assert.equal((await saved.promise).at, 1_000_000);
});

test('a stream that is closed before it was told anything leaves what is stored as it is', async () => {
	await using server = await scriptedServer();
	const store = memoryStore();
	const first = new EventStream(server.connection(), { store });
	(await server.peer()).hello('conn');
	await first.ready();
	await first.close();
	const kept = await store.load();
	assert.equal(kept?.at, 1_000_000);
	await new EventStream(server.connection(), { store, signal: AbortSignal.abort() }).close();
	await new EventStream(server.connection(), { store }).close();
	assert.deepEqual(await store.load(), kept);
});

test('a file that can not be read is left as it is', async () => {
	await using server = await scriptedServer();
	const folder = await mkdtemp(join(tmpdir(), 'matterkit-'));
	const file = join(folder, 'position.json');
	try {
		for (const damaged of [
			'{"version":1,',
			'{"version":1,"userId":"u","begun":1,"at":1,"ahead":0,"posts":[null],"memberships":[]}',
		]) {
			await writeFile(file, damaged);
			const stream = new EventStream(server.connection(), { store: fileStore(file) });
			await assert.rejects(stream.ready());
			await stream.close();
			assert.equal(await readFile(file, 'utf8'), damaged);
		}
	} finally {
		await rm(folder, { recursive: true });
	}
});

test('a stream that is refused stores its position without being closed', async () => {
	await using server = await scriptedServer();
	const store = memoryStore();
	let known = true;
	const read = async () => {
		if (known) return [] as never;
		throw Object.assign(new Error('401'), { status: 401 });
	};
	const stream = new EventStream(server.connection(read), { store, timing: { heartbeat: 50 } });
	const refused = new Promise((resolve) => stream.on('state', (state) => state === 'refused' && resolve(state)));
	const peer = await server.peer();
	peer.hello('conn');
	await stream.ready();
	const events = stream[Symbol.asyncIterator]();
	for (const user_id of ['a', 'b']) peer.event('typing', { user_id, parent_id: '' });
	for (let taken = 0; taken < 3; taken++) await events.next();
	known = false;
	peer.answersPings = false;
	// Of those that came before, some are answered already.
	void (async () => {
		for (;;) peer.fail((await peer.action('ping')).seq, 'api.web_socket_router.not_authenticated.app_error', 401);
	})();
	await refused;
	await assert.rejects(events.next(), { name: 'TokenRefusedError' });
	assert.equal((await store.load())?.userId, 'me000000000000000000000000');
});
