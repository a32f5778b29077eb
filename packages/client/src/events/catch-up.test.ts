import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator } from '@matterkit/emulator';
import { Mattermost } from '../mattermost.ts';
import type { EventType, StreamEvent } from './event.ts';
import type { EventStreamOptions } from './stream.ts';

/** A server with a listener whose stream ends, misses something, and can't be resumed. */
async function makeWorld() {
	const emulator = await createEmulator();
	const team = emulator.team('team');
	const channel = team.channel('channel');
	const listener = channel.user('listener');
	const ada = channel.user('ada');
	const mm = new Mattermost({ url: emulator.url, token: listener.token });
	return {
		emulator,
		team,
		channel,
		listener,
		ada,
		as: (user: { token: string }) => mm.as(user.token),
		admin: mm.as(emulator.admin.token),
		mm,
		/** What the stream tells of what happens in `meanwhile`, up to the resync. */
		async missed<T extends EventType = EventType>(
			meanwhile: () => Promise<unknown>,
			options: EventStreamOptions<T> = {},
		): Promise<StreamEvent[]> {
			const before = mm.events(options);
			await before.ready();
			// The channels that the listener is in are learned in the background.
			while (!before.position().channels) await new Promise(setImmediate);
			await before.close();
			const position = before.position();
			await meanwhile();
			await emulator.restart();
			await using stream = mm.events({ ...options, position });
			const told: StreamEvent[] = [];
			for await (const event of stream as AsyncIterable<StreamEvent>) {
				if (event.type === 'resync' && event.data.reason === 'resume-refused') break;
				assert.equal(event.source, 'catch-up');
				told.push(event);
			}
			return told;
		},
		async [Symbol.asyncDispose]() {
			await mm.close();
			await emulator.close();
		},
	};
}

const short = (event: StreamEvent): string => {
	switch (event.type) {
		case 'posted':
		case 'post_edited':
		case 'post_deleted':
			return `${event.type} ${event.data.post.message}`;
		case 'user_added':
			return `user_added ${event.broadcast.channel_id} ${event.data.user_id}`;
		case 'user_removed':
			return event.data.user_id
				? `user_removed ${event.broadcast.channel_id} ${event.data.user_id}`
				: `user_removed me ${event.data.channel_id}`;
		default:
			return event.type;
	}
};

test('posts, edits and deletions of a break are told once, in their order', async () => {
	await using world = await makeWorld();
	const { channel, ada } = world;
	const old = await channel.post('old', { by: ada });
	const gone = await channel.post('gone', { by: ada });
	const told = await world.missed(async () => {
		await channel.post('one', { by: ada });
		const two = await channel.post('two', { by: ada });
		await world.as(ada).posts.patch(old.id, { message: 'old, edited' });
		await world.as(ada).posts.delete(two.id);
		await world.as(ada).posts.delete(gone.id);
	});
	assert.deepEqual(told.map(short), [
		'posted one',
		'posted two',
		'post_edited old, edited',
		'post_deleted two',
		'post_deleted gone',
	]);
	const [one] = told;
	assert.ok(one?.type === 'posted');
	const { post, ...rest } = one.data;
	assert.deepEqual(rest, {
		channel_type: 'O',
		channel_display_name: 'channel',
		channel_name: 'channel',
		sender_name: '@ada',
		team_id: world.team.id,
	});
	assert.equal(one.broadcast.channel_id, post.channel_id);
	assert.equal(one.seq, null);
});

test('a reply and a reaction are no edit of their root', async () => {
	await using world = await makeWorld();
	const { channel, ada } = world;
	const root = await channel.post('root', { by: ada });
	const told = await world.missed(async () => {
		await channel.post('reply', { by: ada, replyTo: root.id });
		await world.as(ada).reactions.add(root.id, 'tada');
	});
	assert.deepEqual(told.map(short), ['posted reply']);
});

test('who came and who went is told once, with the system post and without', async () => {
	await using world = await makeWorld();
	const { channel, team } = world;
	const bob = team.user('bob');
	const eve = channel.user('eve');
	const told = await world.missed(async () => {
		await world.admin.channels.addMember(channel.id, bob.id);
		await world.admin.channels.removeMember(channel.id, eve.id);
	});
	const moves = told.map(short).filter((line) => line.startsWith('user_'));
	assert.deepEqual(moves, [`user_added ${channel.id} ${bob.id}`, `user_removed ${channel.id} ${eve.id}`]);
});

test('a channel that the user came into is told, and read from then on', async () => {
	await using world = await makeWorld();
	const { team, listener } = world;
	const other = team.channel('other');
	const told = await world.missed(async () => {
		await other.post('before', { by: 'admin' });
		// What was posted in the millisecond of joining is told.
		world.emulator.clock.advance(1);
		await world.admin.channels.addMember(other.id, listener.id);
		await other.post('after', { by: 'admin' });
	});
	const lines = told.map(short);
	assert.equal(lines[0], `user_added ${other.id} ${listener.id}`);
	assert.ok(lines.includes('posted after'));
	assert.ok(!lines.includes('posted before'));
	assert.equal(lines.filter((line) => line.startsWith('user_added')).length, 1);
});

test('a direct message from someone new is told, after the channel', async () => {
	await using world = await makeWorld();
	const { emulator, listener, ada } = world;
	const told = await world.missed(async () => {
		await emulator.direct(ada, listener).post('psst', { by: ada });
	});
	const [added, posted] = told;
	assert.ok(added?.type === 'direct_added' && posted?.type === 'posted');
	assert.equal(added.data.teammate_id, ada.id);
	assert.deepEqual([posted.data.channel_type, posted.data.channel_display_name], ['D', '@ada']);
});

test('a channel that the user was removed from, and one that was archived, are told', async () => {
	await using world = await makeWorld();
	const { team, listener, ada } = world;
	const left = team.channel('left', { private: true });
	const archived = team.channel('archived');
	for (const channel of [left, archived]) for (const user of ['listener', 'ada']) channel.user(user);
	const told = await world.missed(async () => {
		await archived.post('last words', { by: ada });
		await world.admin.channels.removeMember(left.id, listener.id);
		await world.admin.channels.delete(archived.id);
	});
	const lines = told.map(short);
	assert.ok(lines.includes('posted last words'));
	assert.ok(lines.includes('channel_deleted'));
	assert.ok(lines.includes(`user_removed me ${left.id}`));
});

test('a channel that was archived before, and restored meanwhile, is told as that, and read', async () => {
	await using world = await makeWorld();
	const { team, admin, ada } = world;
	const restored = team.channel('restored');
	for (const user of ['listener', 'ada']) restored.user(user);
	await admin.channels.delete(restored.id);
	const told = await world.missed(async () => {
		await admin.channels.restore(restored.id);
		await restored.post('back again', { by: ada });
	});
	const lines = told.map(short);
	assert.ok(lines.includes('posted back again'));
	assert.deepEqual(
		lines.filter((line) => !line.startsWith('posted')),
		['channel_restored'],
	);
});

test('a team that was left is told as one event', async () => {
	await using world = await makeWorld();
	const { team, channel, listener } = world;
	const told = await world.missed(() => world.admin.teams.removeMember(team.id, listener.id));
	assert.deepEqual(
		told.map(short).filter((line) => line !== 'resync'),
		['leave_team'],
	);
	// What was posted before in its channels can't be read any more.
	const said = told.flatMap((event) => (event.type === 'resync' ? [[event.data.reason, event.data.channelId]] : []));
	assert.ok(said.some(([reason, id]) => reason === 'channel-unreadable' && id === channel.id));
});

test('a team that was entered is told, before its channels', async () => {
	await using world = await makeWorld();
	const { emulator, listener } = world;
	const other = emulator.team('other');
	const told = await world.missed(() => world.admin.teams.addMember(other.id, listener.id));
	const [first, second] = told;
	assert.ok(first?.type === 'added_to_team');
	assert.deepEqual(first.data, { team_id: other.id, user_id: listener.id });
	assert.equal(second?.type, 'user_added');
});

test('what was posted in a channel before the user was removed is said to be missing', async () => {
	await using world = await makeWorld();
	const { team, listener, ada } = world;
	const left = team.channel('left', { private: true });
	for (const user of ['listener', 'ada']) left.user(user);
	const told = await world.missed(async () => {
		await left.post('unreadable', { by: ada });
		await world.admin.channels.removeMember(left.id, listener.id);
	});
	const said = told.find((event) => event.type === 'resync');
	assert.deepEqual([said?.data.reason, said?.data.channelId], ['channel-unreadable', left.id]);
});

test('an edit of a post that was told is told once, also where its channel is read page by page', async () => {
	await using world = await makeWorld();
	const { channel, ada, mm } = world;
	const before = mm.events({ types: ['posted'] });
	await before.ready();
	const events = before[Symbol.asyncIterator]();
	const post = await channel.post('told', { by: ada });
	for (let id = ''; id !== post.id; ) id = (await events.next()).value?.data.post.id;
	const position = before.position();
	await before.close();
	await world.as(ada).posts.patch(post.id, { message: 'edited' });
	for (let number = 0; number < 1_000; number += 10) {
		await Promise.all(Array.from({ length: 10 }, () => channel.post('more', { by: ada })));
	}
	await world.emulator.restart();
	await using stream = mm.events({ position });
	const edits: StreamEvent[] = [];
	for await (const event of stream) {
		if (event.type === 'post_edited') edits.push(event);
		if (event.type === 'resync' && event.data.reason === 'resume-refused') break;
	}
	assert.deepEqual(edits.map(short), ['post_edited edited']);
});

test('more changes than the server gives at once are read page by page, and what may be missing is said', async () => {
	await using world = await makeWorld();
	const { channel, ada } = world;
	const count = 1_230;
	const told = await world.missed(async () => {
		// Ten at once: several share their millisecond.
		for (let number = 0; number < count; number += 10) {
			await Promise.all(Array.from({ length: 10 }, (_, more) => channel.post(`${number + more}`, { by: ada })));
		}
	});
	const posted = told.filter((event) => event.type === 'posted').map(({ data }) => data.post);
	assert.equal(new Set(posted.map(({ message }) => message)).size, count);
	assert.equal(posted.length, count);
	const times = posted.map(({ create_at }) => create_at);
	assert.deepEqual(
		times,
		times.toSorted((a, b) => a - b),
	);
	const [said] = told.filter((event) => event.type === 'resync').map(({ data }) => data);
	assert.deepEqual([said?.reason, said?.channelId], ['too-many-changes', channel.id]);
});

test('who only wants new posts asks only channels that have some', async () => {
	await using world = await makeWorld();
	const { team, ada } = world;
	const channels = Array.from({ length: 10 }, (_, number) => team.channel(`channel-${number}`));
	for (const channel of channels) for (const user of ['listener', 'ada']) channel.user(user);
	const asked: string[] = [];
	const told = await world.missed(
		async () => {
			// The reads of the stream pass through here, those of the caller do not.
			world.emulator.faults.add({ fault: 'latency', milliseconds: 1, route: '/api/v4/channels' });
			await channels[3]?.post('here', { by: ada });
		},
		{ types: ['posted', 'resync'] },
	);
	for (const { hits } of world.emulator.faults.list()) asked.push(String(hits));
	assert.deepEqual(told.map(short), ['posted here']);
	assert.deepEqual(asked, ['1']);
});

test('only the channels that are listened to are read', async () => {
	await using world = await makeWorld();
	const { team, channel, ada } = world;
	const other = team.channel('other');
	for (const user of ['listener', 'ada']) other.user(user);
	const told = await world.missed(
		async () => {
			await other.post('elsewhere', { by: ada });
			await channel.post('here', { by: ada });
		},
		{ channels: [channel.id] },
	);
	assert.deepEqual(told.map(short), ['posted here']);
});

test('what was made before the stream was first opened is not told', async () => {
	await using world = await makeWorld();
	await world.channel.post('before', { by: world.ada });
	const told = await world.missed(async () => {});
	assert.deepEqual(told, []);
});

test('a post made while the clock of the server was ahead is told, though nobody saw the clock', async () => {
	await using world = await makeWorld();
	const { channel, ada, emulator } = world;
	const told = await world.missed(async () => {
		await channel.post('one', { by: ada });
		emulator.clock.advance(20_000);
		await channel.post('of a time to come', { by: ada });
		emulator.clock.advance(-20_000);
		await channel.post('two', { by: ada });
	});
	assert.deepEqual(told.map(short).toSorted(), ['posted of a time to come', 'posted one', 'posted two']);
});
