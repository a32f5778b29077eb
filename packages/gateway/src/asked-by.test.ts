import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { pino } from 'pino';
import { metric, send, startWorld, type World } from './testing/gateway-world.ts';
import { subscribe } from './testing/subscriber.ts';

const mattermostId = /^[a-z0-9]{26}$/;
const onNewChatMessage =
	'subscription ($c: String!) { onNewChatMessage(channelIdentifier: $c) { message { message } } }';

/** A world whose gateway logs into `lines`. */
async function loggedWorld() {
	const lines: string[] = [];
	const world = await startWorld({
		logger: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
	});
	return { world, lines };
}

/** The ids of the calls to Mattermost that `work` makes. */
async function idsOf(world: World, work: () => Promise<unknown>): Promise<string[]> {
	const before = world.callIds.length;
	await work();
	return world.callIds.slice(before);
}

test('what Mattermost refuses carries one id from the client through the log to Mattermost, and Mattermost’s own', async () => {
	const { world: opened, lines } = await loggedWorld();
	await using world = opened;
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const tooLong = { channel: 'general', text: 'x'.repeat(16_384) };
	let extensions: Record<string, unknown> | undefined;
	const ids = await idsOf(world, async () => {
		const { errors } = await world.graphql(send, tooLong, ada.token, { 'x-request-id': 'req-7' });
		extensions = errors?.[0]?.extensions;
	});
	assert.deepEqual(new Set(ids), new Set(['req-7']));
	const { requestId, mattermostRequestId, mattermost } = extensions ?? {};
	assert.equal(requestId, 'req-7');
	assert.match(String(mattermostRequestId), mattermostId);
	const line = JSON.parse(lines.find((each) => each.includes('req-7')) ?? '{}');
	assert.deepEqual(
		[line.requestId, line.mattermostRequestId, line.mattermost],
		['req-7', mattermostRequestId, mattermost],
	);
});

test('a failure of Mattermost’s own is told with both ids as well, and by none of its words', async () => {
	const { world: opened, lines } = await loggedWorld();
	await using world = opened;
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	world.fail((call) => call.endsWith('/posts'));
	const { errors } = await world.graphql(send, { channel: 'general', text: 'hi' }, ada.token, {
		'x-request-id': 'req-8',
	});
	const ids = { requestId: 'req-8', mattermostRequestId: 'fa1l'.padEnd(26, '0') };
	assert.deepEqual(errors?.[0]?.extensions, { code: 'INTERNAL_ERROR', ...ids });
	const { requestId, mattermostRequestId } = JSON.parse(lines.find((each) => each.includes('req-8')) ?? '{}');
	assert.deepEqual({ requestId, mattermostRequestId }, ids);
});

test('requests that run at the same time keep their ids apart; one without an id gets one', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const channel = await world.channel(ada.token, 'general');
	const before = world.calls.length;
	await Promise.all([
		...['a', 'b', 'c'].map((id) => world.graphql(send, { channel, text: id }, ada.token, { 'x-request-id': id })),
		world.graphql(send, { channel, text: 'd' }, ada.token),
	]);
	const ids = world.callIds.slice(before).filter((_, index) => world.calls[before + index] === 'POST /api/v4/posts');
	assert.deepEqual(ids.map((id) => (/^[\w-]{14,}$/.test(id) ? 'made' : id)).sort(), ['a', 'b', 'c', 'made']);
});

test('an event stream that a subscriber opened asks in nobody’s name when another takes over from it', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const c = await world.channel(ada.token, 'general', ['bob']);
	const listen = (token: string) =>
		subscribe({ url: world.socketUrl, token, query: onNewChatMessage, variables: { c } });
	const before = world.callIds.length;
	await using covering = listen(ada.token);
	await world.listening(1);
	await world.data(send, { channel: c, text: 'ada’s stream covers' }, ada.token);
	await covering.next();
	await using taking = listen(bob.token);
	await world.listening(2);
	assert.ok(world.callIds.slice(before).some((id) => id !== ''));
	const later = await idsOf(world, async () => {
		await world.mattermost('DELETE', `/channels/${c}/members/${ada.id}`);
		await until('bob’s stream covers', async () => (await metric(world.gateway, 'upstream_handovers_total')) > 0);
		await world.mattermost('POST', '/posts', { channel_id: c, message: 'afterwards' });
		await taking.next();
	});
	assert.deepEqual([...new Set(later)], ['']);
});

test('files carry the id of their request too', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const headers = { authorization: `JWT ${ada.token}`, 'x-request-id': 'req-9' };
	const before = world.callIds.length;
	const answer = await fetch(`${world.origin}/graphql/files/${'x'.repeat(26)}`, { headers });
	assert.deepEqual([...new Set(world.callIds.slice(before))], ['req-9']);
	const { errors } = (await answer.json()) as { errors: { extensions: Record<string, unknown> }[] };
	assert.equal(answer.headers.get('x-request-id'), 'req-9');
	assert.equal(errors[0]?.extensions.requestId, 'req-9');
	assert.match(String(errors[0]?.extensions.mattermostRequestId), mattermostId);
});
