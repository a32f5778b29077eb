// Every way in which somebody loses the right to hear a channel: of what is posted right afterwards they hear nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRedis } from '@matterkit/testing';
import { oneStream } from './testing/channel-listener.ts';
import { logIn, password, startWorld, type World } from './testing/gateway-world.ts';
import { type Subscriber, subscribe } from './testing/subscriber.ts';

interface Heard {
	readonly onNewChatMessage: { readonly message: { readonly message: string } };
}

interface Scene {
	readonly world: World;
	readonly channelId: string;
	readonly bob: Awaited<ReturnType<World['person']>>;
}

const membership = ({ channelId, bob }: Scene) => `/channels/${channelId}/members/${bob.id}`;

const ways: readonly (readonly [string, (scene: Scene) => Promise<unknown>])[] = [
	['who is removed from the channel', (scene) => scene.world.mattermost('DELETE', membership(scene))],
	[
		'who leaves in Mattermost',
		async (scene) => {
			const { world, bob } = scene;
			const phone = await world.mattermost<{ token: string }>('POST', `/users/${bob.id}/tokens`, {
				description: 'phone',
			});
			await world.mattermost('DELETE', membership(scene), undefined, phone.token);
		},
	],
	[
		'who leaves here',
		({ world, bob }) => world.data('mutation { channelLeave(channelIdentifier: "general") { status } }', {}, bob.token),
	],
	['who leaves the team', ({ world, bob }) => world.mattermost('DELETE', `/teams/${world.teamId}/members/${bob.id}`)],
	[
		'who listens to a channel that is archived, and unarchived at once,',
		async ({ world, channelId }) => {
			await world.mattermost('DELETE', `/channels/${channelId}`);
			await world.mattermost('POST', `/channels/${channelId}/restore`);
		},
	],
	['who is deactivated', ({ world, bob }) => world.mattermost('PUT', `/users/${bob.id}/active`, { active: false })],
	['who logs out', ({ world, bob }) => world.data('mutation { logout { status } }', {}, bob.token)],
	[
		'whose password is changed at another login',
		async ({ world }) => {
			const { userGetToken } = await world.data<{ userGetToken: { token: string } }>(logIn, {
				username: 'bob',
				password,
			});
			const change =
				'mutation ($o: String!, $n: String!) { passwordChange(oldPassword: $o, newPassword: $n) { status } }';
			await world.data(change, { o: password, n: 'An0ther-secret' }, userGetToken.token);
		},
	],
	[
		'whose refresh token is used twice',
		async ({ world, bob }) => {
			const refresh = 'mutation ($t: String) { refreshToken(refreshToken: $t) { token } }';
			for (let i = 0; i < 2; i++) await world.graphql(refresh, { t: bob.refreshToken });
		},
	],
];

/** The texts that came until the subscription ended, and whatever came after that. */
async function heardBy(subscriber: Subscriber<Heard>): Promise<string[]> {
	const texts: string[] = [];
	for (let ended = false; !ended || subscriber.waiting > 0; ) {
		try {
			texts.push((await subscriber.next()).onNewChatMessage.message.message);
		} catch {
			ended = true;
		}
	}
	return texts;
}

const untilHeard = async (subscriber: Subscriber<Heard>, text: string): Promise<void> => {
	while ((await subscriber.next()).onNewChatMessage.message.message !== text);
};

for (const [who, withdraw] of ways) {
	for (const covering of [true, false]) {
		test(`${who} hears nothing more, ${covering ? 'though theirs was' : 'where another one’s is'} the covering stream`, async () => {
			await using world = await startWorld({ upstreams: { heartbeat: 500 } });
			const [ada, bob] = [await world.person('ada'), await world.person('bob')];
			const channelId = await world.channel(ada.token, 'general', ['bob']);
			const post = (message: string) => world.mattermost('POST', '/posts', { channel_id: channelId, message });
			await using opened = new AsyncDisposableStack();
			const listen = (token: string, protocol: 'graphql-ws' | 'graphql-transport-ws' = 'graphql-ws') =>
				opened.use(
					subscribe<Heard>({
						url: world.socketUrl,
						token,
						protocol,
						query: 'subscription { onNewChatMessage(channelIdentifier: "general") { message { message } } }',
					}),
				);
			const first = listen(covering ? bob.token : ada.token);
			await oneStream(world);
			const bobs = [covering ? first : listen(bob.token), listen(bob.token, 'graphql-transport-ws')];
			let adas = covering ? listen(ada.token) : first;
			await world.listening(3);
			await post('before');
			for (const one of [...bobs, adas]) await untilHeard(one, 'before');

			await withdraw({ world, channelId, bob });
			if (who.includes('archived')) {
				await heardBy(adas);
				adas = listen(ada.token);
				await world.listening(1);
			}
			for (const message of ['after', 'later']) await post(message);
			await untilHeard(adas, 'later');
			const all = await Promise.all(bobs.map(heardBy));
			assert.doesNotMatch(JSON.stringify(all), /after|later/);
		});
	}
}

for (const listensNow of [false, true]) {
	test(`who was removed while a node heard nothing of the channel is refused there${listensNow ? ', also when it hears of it again' : ''}`, async (t) => {
		await using redis = await startRedis();
		if (!redis) return t.skip('Redis is not installed');
		await using world = await startWorld({ redisUrl: redis.url });
		const [ada, bob] = [await world.person('ada'), await world.person('bob')];
		const channelId = await world.channel(ada.token, 'general', ['bob']);
		await using opened = new AsyncDisposableStack();
		const elsewhere = await world.another();
		const query = 'subscription { onNewChatMessage(channelIdentifier: "general") { message { message } } }';
		await using adas = subscribe<Heard>({ url: elsewhere.socketUrl, token: ada.token, query });
		await world.listening(1, elsewhere.gateway);
		await world.data('{ channel(channelIdentifier: "general") { id } }', {}, bob.token);
		await world.mattermost('DELETE', `/channels/${channelId}/members/${bob.id}`);
		await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'after' });
		await untilHeard(adas, 'after');
		if (listensNow) {
			opened.use(subscribe<Heard>({ url: world.socketUrl, token: ada.token, query }));
			await world.listening(1);
		}
		await using bobs = subscribe<Heard>({ url: world.socketUrl, token: bob.token, query });
		assert.match(JSON.stringify(await bobs.end()), /Channel identifier not found/);
	});
}

test('who is removed while a node that heard nothing of the channel looks up whether they are a member is refused there', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	await using world = await startWorld({ redisUrl: redis.url });
	const [ada, bob] = [await world.person('ada'), await world.person('bob')];
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using elsewhere = await world.another();
	const query = 'subscription { onNewChatMessage(channelIdentifier: "general") { message { message } } }';
	await using adas = subscribe<Heard>({ url: elsewhere.socketUrl, token: ada.token, query });
	await world.listening(1, elsewhere.gateway);
	const lookUp = world.hold((call) => call === `GET /api/v4${membership({ world, channelId, bob })}`);
	await using bobs = subscribe<Heard>({ url: world.socketUrl, token: bob.token, query });
	await lookUp.answered;
	await world.mattermost('DELETE', membership({ world, channelId, bob }));
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'after' });
	await untilHeard(adas, 'after');
	lookUp.letGo();
	assert.match(JSON.stringify(await bobs.end()), /Channel identifier not found/);
});

test('an answer of Mattermost from before a removal, which comes after it, is not believed', async () => {
	await using world = await startWorld();
	const [ada, bob] = [await world.person('ada'), await world.person('bob')];
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	const query = 'subscription { onNewChatMessage(channelIdentifier: "general") { message { message } } }';
	await using adas = subscribe<Heard>({ url: world.socketUrl, token: ada.token, query });
	await oneStream(world);
	const list = world.hold((call) => /^GET .*\/teams\/[^/]+\/channels$/.test(call));
	const listed = world.data('{ channelList { data { channelName } } }', {}, bob.token);
	await list.answered;
	await world.mattermost('DELETE', `/channels/${channelId}/members/${bob.id}`);
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'after' });
	await untilHeard(adas, 'after');
	list.letGo();
	assert.match(JSON.stringify(await listed), /general/, 'it is from before');
	await using bobs = subscribe<Heard>({ url: world.socketUrl, token: bob.token, query });
	assert.match(JSON.stringify(await bobs.end()), /Channel identifier not found/);
});
