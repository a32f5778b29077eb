import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { logIn, send, startWorld } from './testing/gateway-world.ts';
import { subscribe } from './testing/subscriber.ts';

test('what happens moves the metrics: sockets, subscriptions, cohorts, deliveries, upstreams, times, refused tokens and passwords', async () => {
	await using world = await startWorld();
	/** All samples of the gateway by name and labels. */
	const read = async () => {
		const text = await world.gateway.metrics.metrics();
		const samples = text.matchAll(/^matterkit_gateway_(\S+) (\S+)$/gm);
		return new Map([...samples].map(([, name = '', value]) => [name, Number(value)]));
	};
	const mutations = 'answer_seconds_count{transport="http",kind="mutation"}';
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const before = await read();
	const gauges = ['subscriptions', 'cohorts', 'channel_listeners', 'upstream_channels', 'queued_bytes', 'streams'];
	const counters = [
		'upstreams_opened_total',
		'deliveries_total',
		'fanout_seconds_count',
		'auth_failures_total{what="token"}',
		'auth_failures_total{what="password"}',
	];
	for (const name of [...gauges, ...counters]) assert.equal(before.get(name), 0, name);
	const query = 'subscription { onNewChatMessage(channelIdentifier: "general") { message { message } } }';
	{
		const listen = (token: string, protocol: 'graphql-ws' | 'graphql-transport-ws') =>
			subscribe<object>({ url: world.socketUrl, token, query, protocol });
		await using one = listen(ada.token, 'graphql-transport-ws');
		await using two = listen(bob.token, 'graphql-transport-ws');
		await using three = listen(bob.token, 'graphql-ws');
		await world.listening(3);
		for (const text of ['one', 'two']) await world.data(send, { channel: 'general', text }, ada.token);
		for (const subscriber of [one, two, three]) for (let i = 0; i < 2; i++) await subscriber.next();
		await world.graphql('{ me { username } }', {}, `${ada.token}x`);
		await fetch(`${world.origin}/graphql/files/x`, { headers: { authorization: `JWT ${ada.token}x` } });
		for (const username of ['ada', 'nobody']) await world.data(logIn, { username, password: 'guess' });
		const change = 'mutation { passwordChange(oldPassword: "guess", newPassword: "An0ther-secret") { status } }';
		await world.graphql(change, {}, ada.token);
		const after = await read();
		for (const [name, value] of Object.entries({
			'sockets{protocol="graphql-transport-ws"}': 2,
			'sockets{protocol="graphql-ws"}': 1,
			subscriptions: 3,
			cohorts: 1,
			channel_listeners: 3,
			upstream_channels: 1,
			upstreams: 1,
			upstreams_opened_total: 1,
			deliveries_total: 6,
			fanout_seconds_count: 2,
			'auth_failures_total{what="token"}': 2,
			'auth_failures_total{what="password"}': 3,
			[mutations]: (before.get(mutations) ?? 0) + 5,
		}))
			assert.equal(after.get(name), value, name);
		assert.ok((after.get('upstream_events_total') ?? 0) >= 2);
		assert.ok((after.get('documents') ?? 0) > (before.get('documents') ?? 0));
	}
	await until('nobody listens', async () => {
		const after = await read();
		const closes = [...after].filter(([name]) => name.startsWith('socket_closes_total'));
		const closed = closes.reduce((sum, [, value]) => sum + value, 0);
		return closed === 3 && ['subscriptions', 'cohorts', 'channel_listeners'].every((name) => after.get(name) === 0);
	});
	assert.equal((await read()).get('sockets{protocol="graphql-ws"}'), undefined);
});
