import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator } from '../index.ts';
import { Person } from '../testing/person.ts';

/** In the future, so that nothing else in the channel is later. */
const start = Date.now() + 3_600_000;

/** A channel with posts at these times, in milliseconds after `start`; message `p<index>`. */
async function world(times: readonly number[]) {
	const emulator = await createEmulator();
	const channel = emulator.team('eng').channel('ops');
	const ada = new Person(emulator.url, channel.user('ada'));
	const ids: string[] = [];
	for (const [index, time] of times.entries()) {
		ids.push((await channel.post(`p${index}`, { create_at: start + time })).id);
	}
	const list = async (query: string) => {
		const { body } = await ada.get(`/channels/${channel.id}/posts?${query}`);
		const names = body.order.map((id: string) => body.posts[id].message as string);
		return { names, next: body.next_post_id, prev: body.prev_post_id, all: Object.keys(body.posts).length };
	};
	return { emulator, channel, ada, ids, list };
}

test('pages go from the newest back, and tell their neighbours', async () => {
	const { emulator, ids, list } = await world([0, 1, 2, 3, 4]);
	await using _ = emulator;
	assert.deepEqual(await list('per_page=2'), { names: ['p4', 'p3'], next: '', prev: ids[2], all: 2 });
	assert.deepEqual(await list('per_page=2&page=1'), { names: ['p2', 'p1'], next: ids[3], prev: ids[0], all: 2 });
	assert.equal((await list('per_page=200&page=1')).names.length, 0);
});

test('after a post come the next ones, newest first', async () => {
	const { emulator, ids, list } = await world([0, 1, 2, 3, 4]);
	await using _ = emulator;
	const page = await list(`after=${ids[0]}&per_page=3`);
	assert.deepEqual(page, { names: ['p3', 'p2', 'p1'], next: ids[4], prev: ids[0], all: 3 });
	assert.deepEqual((await list(`after=${ids[0]}&per_page=3&page=1`)).names, ['p4']);
	assert.deepEqual((await list(`before=${ids[4]}&per_page=2&page=1`)).names, ['p1', 'p0']);
});

test('after one of several posts of a millisecond leaves the others out', async () => {
	const { emulator, ids, list } = await world([0, 5, 5, 5, 9]);
	await using _ = emulator;
	assert.deepEqual((await list(`after=${ids[1]}`)).names, ['p4']);
	assert.deepEqual((await list(`before=${ids[3]}`)).names.slice(0, 1), ['p0']);
});

test('after a deleted post works, after an unknown one is an empty list', async () => {
	const { emulator, ada, ids, list } = await world([0, 1, 2]);
	await using _ = emulator;
	const admin = new Person(emulator.url, emulator.admin);
	await admin.delete(`/posts/${ids[1]}`);
	assert.deepEqual((await list(`after=${ids[1]}`)).names, ['p2']);
	assert.deepEqual((await list('after=aaaaaaaaaaaaaaaaaaaaaaaaaa')).names, []);
	assert.equal((await ada.get(`/posts/${ids[1]}`)).status, 404);
});

test('since gives what was made, changed or deleted later', async () => {
	const { emulator, ada, ids, channel } = await world([-50_000, -40_000, -30_000]);
	await using _ = emulator;
	emulator.clock.set(start);
	const admin = new Person(emulator.url, emulator.admin);
	await admin.put(`/posts/${ids[0]}/patch`, { message: 'edited' });
	await admin.delete(`/posts/${ids[1]}`);
	await channel.post('new');
	const { body } = await ada.get(`/channels/${channel.id}/posts?since=${start - 1}`);
	assert.deepEqual(new Set(body.order.map((id: string) => body.posts[id].message)), new Set(['edited', 'p1', 'new']));
	assert.ok(body.posts[ids[1] ?? ''].delete_at > 0);
});

test('since gives 1,000 rows at most, in no order', async () => {
	const { emulator, ada, channel } = await world([]);
	await using _ = emulator;
	for (let n = 0; n < 1_050; n++) await channel.post(`${n}`, { create_at: start + n });
	const { body } = await ada.get(`/channels/${channel.id}/posts?since=${start - 1}`);
	assert.equal(body.order.length, 1_000);
	const times = body.order.map((id: string) => body.posts[id].create_at as number);
	assert.notDeepEqual(
		times,
		times.toSorted((a: number, b: number) => b - a),
	);
});

test('the time of the last post goes back when that is deleted', async () => {
	const { emulator, ada, ids, channel } = await world([0, 1]);
	await using _ = emulator;
	const lastPostAt = async () => (await ada.get(`/channels/${channel.id}`)).body.last_post_at;
	assert.equal(await lastPostAt(), start + 1);
	await new Person(emulator.url, emulator.admin).delete(`/posts/${ids[1]}`);
	assert.equal(await lastPostAt(), start);
});

test('threads stand beside a page that has one of their posts, and are left out when asked', async () => {
	const { emulator, channel, ids, list } = await world([0, 1]);
	await using _ = emulator;
	emulator.clock.set(start + 10);
	await channel.post('reply', { replyTo: ids[0] ?? '' });
	assert.deepEqual(await list('per_page=1'), { names: ['reply'], next: '', prev: ids[1], all: 2 });
	assert.equal((await list('per_page=1&skipFetchThreads=true')).all, 1);
	assert.deepEqual((await list('collapsedThreads=true')).names.slice(0, 2), ['p1', 'p0']);
});
