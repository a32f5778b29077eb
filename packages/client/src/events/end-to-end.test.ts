// The stream of a client against the emulator: what only the two together show.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator } from '@matterkit/emulator';
import { Mattermost } from '../mattermost.ts';
import { memoryStore } from './session-store.ts';

/** A channel with a listening bot and a writer. */
async function world() {
	const emulator = await createEmulator();
	const team = emulator.team('eng');
	const channel = team.channel('ops');
	const writer = channel.user('writer');
	return {
		emulator,
		team,
		channel,
		listener: channel.bot('listener'),
		admin: new Mattermost({ url: emulator.url, token: emulator.admin.token }),
		post: (message: string) => channel.post(message, { by: writer }),
		async [Symbol.asyncDispose]() {
			await this.admin.close();
			await emulator.close();
		},
	};
}

type Chat = Awaited<ReturnType<typeof world>>;

/** @param turn takes the token's effect away, or gives it back */
async function losesNothing(turn: (chat: Chat, on: boolean) => Promise<unknown>): Promise<void> {
	await using chat = await world();
	await using mm = new Mattermost({ url: chat.emulator.url, token: chat.listener.token });
	await using stream = mm.events({ types: ['posted', 'resync'], timing: { waiting: { shortest: 1, longest: 1 } } });
	await stream.ready();
	const events = stream[Symbol.asyncIterator]();
	const next = async (): Promise<unknown> => {
		const { value } = await events.next();
		if (value?.type !== 'posted') return value?.data.reason;
		// Of the moment in which the stream began, the server's posts about who joined.
		return value.data.post.type === '' ? [value.data.post.message, value.source] : next();
	};
	await chat.post('before');
	assert.deepEqual(await next(), ['before', 'live']);
	await turn(chat, false);
	await chat.post('unheard');
	await turn(chat, true);
	chat.emulator.dropSockets();
	await chat.post('after');
	assert.deepEqual(await next(), ['unheard', 'catch-up']);
	assert.deepEqual(await next(), ['after', 'catch-up']);
	assert.equal(await next(), 'was-deaf');
	await chat.post('again');
	assert.deepEqual(await next(), ['again', 'live']);
}

test('a program that ends before it took what was caught up with goes on without a loss', async () => {
	await using chat = await world();
	const { admin, listener, emulator } = chat;
	await using mm = new Mattermost({ url: emulator.url, token: listener.token });
	const options = { types: ['posted'], timing: { waiting: { shortest: 1, longest: 1 } } } as const;
	const first = mm.events(options);
	await first.ready();
	await chat.post('before');
	await admin.users.setActive(listener.id, false);
	await chat.post('unheard');
	await admin.users.setActive(listener.id, true);
	const caughtUp = Promise.withResolvers<void>();
	let catchingUp = false;
	first.on('state', (state) => {
		if (state === 'live' && catchingUp) caughtUp.resolve();
		catchingUp ||= state === 'catching-up';
	});
	emulator.dropSockets();
	await chat.post('after');
	await caughtUp.promise;
	const position = first.position();
	await first.close();
	await using second = mm.events({ ...options, position });
	const told: string[] = [];
	for await (const { data } of second) {
		if (data.post.type === '') told.push(data.post.message);
		if (data.post.message === 'after') break;
	}
	assert.deepEqual(told, ['before', 'unheard', 'after']);
});

test('a user deactivated for a moment loses no post, though the connection is resumed', () =>
	losesNothing(({ admin, listener }, on) => admin.users.setActive(listener.id, on)));

test('a token disabled for a moment loses no post, though the connection is resumed', () =>
	losesNothing(async ({ admin, listener }, on) => {
		for await (const { id } of admin.tokens.list(listener.id)) await admin.tokens[on ? 'enable' : 'disable'](id);
	}));

test('a client that is closed closes its streams, which store their positions', async () => {
	await using chat = await world();
	await using mm = new Mattermost({ url: chat.emulator.url, token: chat.admin.token ?? '' });
	const store = memoryStore();
	const stream = mm.as(chat.listener.token).events({ store });
	const watching = Array.fromAsync(mm.posts.watch('c'.repeat(26)));
	await stream.ready();
	await mm.close();
	assert.equal(stream.state, 'closed');
	assert.equal((await store.load())?.userId, chat.listener.id);
	assert.deepEqual(await watching, []);
});

test('who listens to one channel hears that its team was left', async () => {
	await using chat = await world();
	await using mm = new Mattermost({ url: chat.emulator.url, token: chat.listener.token });
	await using stream = mm.events({ channels: [chat.channel.id], types: ['leave_team'] });
	await stream.ready();
	while (!stream.position().channels) await new Promise(setImmediate);
	await chat.admin.teams.removeMember(chat.team.id, chat.listener.id);
	const { value } = await stream[Symbol.asyncIterator]().next();
	assert.equal(value?.data.team_id, chat.team.id);
});

test('handlers of a client hear again when its token is good again', async () => {
	await using chat = await world();
	await using mm = new Mattermost({ url: chat.emulator.url, token: chat.listener.token });
	await chat.admin.users.setActive(chat.listener.id, false);
	await new Promise((resolve) => mm.on('state', (state) => state === 'refused' && resolve(state)));
	await chat.admin.users.setActive(chat.listener.id, true);
	await new Promise((resolve) => mm.on('hello', resolve));
});
