import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { metric, send, startWorld } from './testing/gateway-world.ts';
import { subscribe } from './testing/subscriber.ts';

const channelList = '{ channelList { data { channelName lastMessage { message owner { username } } } hasNext } }';
interface ChannelList {
	readonly channelList: { readonly data: readonly { channelName: string; lastMessage: { message: string } | null }[] };
}

test('a list of 20 channels costs at most 23 calls to Mattermost cold, five at a time, and 3 warm, though all have news', async () => {
	await using world = await startWorld({ emulator: { faults: true } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const ids: string[] = [];
	for (let i = 0; i < 18; i++) ids.push(await world.channel(ada.token, `c${i}`, ['bob']));
	const calls = async <T>(work: () => Promise<T>): Promise<{ answer: T; count: number }> => {
		const before = world.calls.length;
		const answer = await work();
		return { answer, count: world.calls.length - before };
	};
	const list = () => calls(() => world.data<ChannelList>(channelList, {}, ada.token));

	// A gateway that has just started: nothing is known.
	const other = await world.another();
	world.underWay.most = 0;
	const slow = world.emulator.faults.add({ fault: 'latency', milliseconds: 20 });
	const cold = await calls(async () => {
		const response = await fetch(`${other.origin}/graphql/`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: `JWT ${ada.token}` },
			body: JSON.stringify({ query: channelList }),
		});
		return ((await response.json()) as { data: ChannelList }).data;
	});
	slow.remove();
	assert.equal(cold.answer.channelList.data.length, 20);
	assert.equal(world.underWay.most, 5, 'a few at a time');
	assert.ok(cold.count <= 23, `${cold.count} calls cold: ${world.calls.slice(-cold.count).join('\n')}`);

	await using heard = subscribe({
		url: world.socketUrl,
		token: ada.token,
		query: 'subscription { onNewChatMessage(channelIdentifier: "c0") { message { message } } }',
	});
	await world.listening(1);
	await until('the stream is open', async () => (await metric(world.gateway, 'upstreams')) === 1);
	await list();
	for (const channel of ids) await world.data(send, { channel, text: `news of ${channel}` }, bob.token);
	await heard.next();
	await until('all news are heard', async () => {
		const { answer, count } = await list();
		const known = answer.channelList.data.filter(({ lastMessage }) =>
			lastMessage?.message.startsWith('news of'),
		).length;
		return known === 18 && count <= 3;
	});
});

test('a page of 60 messages by 20 people costs at most 2 calls, and no request logs in', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const channelId = await world.channel(ada.token, 'general');
	for (let i = 0; i < 20; i++) {
		const user = await world.mattermost<{ id: string }>('POST', '/users', {
			username: `user${i}`,
			email: `user${i}@example.com`,
			password: 'Passw0rd!x',
		});
		await world.mattermost('POST', `/teams/${world.teamId}/members`, { team_id: world.teamId, user_id: user.id });
		await world.mattermost('POST', `/channels/${channelId}/members`, { user_id: user.id });
		const login = await fetch(`${world.emulator.url}/api/v4/users/login`, {
			method: 'POST',
			body: JSON.stringify({ login_id: `user${i}`, password: 'Passw0rd!x' }),
		});
		const token = login.headers.get('token') ?? '';
		for (let j = 0; j < 3; j++) {
			await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${i}-${j}` }, token);
		}
	}
	const query =
		'{ getMessageList(channelIdentifier: "general", page: { pageSize: 60 }) { data { message owner { username } } } }';
	const page = async () => {
		const before = world.calls.length;
		await world.data(query, {}, ada.token);
		return world.calls.slice(before);
	};
	const first = await page();
	assert.ok(first.length <= 3, `the first time the membership is asked as well: ${first.join('\n')}`);
	const again = await page();
	assert.ok(again.length <= 2, again.join('\n'));
	assert.doesNotMatch([...first, ...again].join('\n'), /login/);
});
