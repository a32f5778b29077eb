// A bad day: several people write, posts overtake each other by up to 70 ms, streams are cut, have gaps and can't be resumed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWorld } from '../testing/gateway-world.ts';
import { type Subscriber, subscribe } from '../testing/subscriber.ts';

interface Heard {
	readonly onNewChatMessage: { readonly message: { id: string; message: string } };
}
const query = `subscription ($after: String) {
	onNewChatMessage(channelIdentifier: "general", after: $after) { message { id message } }
}`;
const writers = ['ada', 'bob', 'eve', 'fay'];
const each = 150;

test('through cuts, gaps and failing reads nobody misses or doubles a message, and each writer’s stay in order', async () => {
	await using world = await startWorld({ emulator: { faults: true } });
	const { emulator } = world;
	const people = await Promise.all(writers.map((name) => world.person(name)));
	const [ada, bob] = people;
	assert.ok(ada && bob);
	const channelId = await world.channel(ada.token, 'general', writers);
	emulator.faults.add({ fault: 'reorder', milliseconds: 70 });
	emulator.faults.add({ fault: 'speed', posts_per_second: 420 });

	const listen = (token: string, after?: string) =>
		subscribe<Heard>({ url: world.socketUrl, token, query, variables: after ? { after } : {} });
	/** Reads to the end; with `breaks` the subscription is given up again and again and begun anew after the last message. */
	const hear = async (token: string, breaks: number): Promise<string[]> => {
		const texts: string[] = [];
		let subscriber: Subscriber<Heard> = listen(token);
		while (texts.length < each * writers.length) {
			const { message } = (await subscriber.next()).onNewChatMessage;
			texts.push(message.message);
			if (breaks === 0 || texts.length % breaks !== 0) continue;
			await subscriber[Symbol.asyncDispose]();
			subscriber = listen(token, message.id);
		}
		assert.equal(subscriber.waiting, 0);
		await subscriber[Symbol.asyncDispose]();
		return texts;
	};
	const listeners = [hear(ada.token, 0), hear(bob.token, 37)];
	await world.listening(2);

	let posted = 0;
	const writing = people.map(async ({ username, id }) => {
		const { token } = await world.mattermost<{ token: string }>('POST', `/users/${id}/tokens`, { description: 'test' });
		for (let i = 0; i < each; i++) {
			await world.mattermost('POST', '/posts', { channel_id: channelId, message: `${username}-${i}` }, token);
			posted++;
		}
	});
	const trouble = [
		() => emulator.dropSockets(),
		() => emulator.faults.add({ fault: 'event_gap', events: 3 }),
		() => emulator.dropSockets(),
		() => {
			emulator.dropSockets();
			emulator.faults.add({ fault: 'status', status: 503, route: 'GET /api/v4/channels/{channel_id}/posts', times: 2 });
		},
	];
	const total = each * writers.length;
	const troubling = (async () => {
		for (const [index, make] of trouble.entries()) {
			while (posted < ((index + 1) * total) / (trouble.length + 1)) await new Promise(setImmediate);
			make();
		}
	})();
	await Promise.all([...writing, troubling]);

	for (const texts of await Promise.all(listeners)) {
		assert.equal(new Set(texts).size, total, 'all of them, none twice');
		for (const writer of writers) {
			assert.deepEqual(
				texts.filter((text) => text.startsWith(`${writer}-`)),
				Array.from({ length: each }, (_, i) => `${writer}-${i}`),
			);
		}
	}
});
