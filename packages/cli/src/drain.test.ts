// SIGTERM to the real process, with much open and something under way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';
import { graphql, signUp } from './testing/chat.ts';
import { startMatterkit } from './testing/matterkit-process.ts';
import { ownMattermost } from './testing/own-mattermost.ts';

const send = 'mutation($t:String!){textMessageSend(channelIdentifier:"ops",textMessage:$t){status}}';

/** A socket that listens to the channel, and how it ends. */
async function listener(url: string, token: string) {
	const socket = new WebSocket(url, 'graphql-transport-ws');
	const frames: string[] = [];
	socket.addEventListener('message', ({ data }) => frames.push(String(data)));
	const closed = once(socket, 'close').then(([event]) => ({ code: (event as CloseEvent).code, at: performance.now() }));
	const ask = (id: string, query: string, variables: object = {}) =>
		socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
	await once(socket, 'open');
	socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `JWT ${token}` } }));
	await until('the ack', () => frames.length > 0);
	ask('s', 'subscription{onNewChatMessage(channelIdentifier:"ops"){message{message}}}');
	return { ask, closed, frames };
}

test('SIGTERM with 200 sockets open and messages under way: they are answered, sockets close bit by bit, nothing new begins', async () => {
	const release = Promise.withResolvers<void>();
	let posting = 0;
	await using mattermost = await ownMattermost({}, ({ method, url }) => {
		if (method !== 'POST' || !url?.endsWith('/api/v4/posts')) return undefined;
		posting++;
		return release.promise;
	});
	await using data = await tempFolder();
	const env = { ...mattermost.env, MATTERKIT_SOCKETS_PER_USER: '500', MATTERKIT_DRAIN_SECONDS: '2' };
	await using server = await startMatterkit(data.path, { env });
	const { url, graphql: chat, websocket } = server.ready;
	const token = await signUp(chat, 'eve');
	await graphql(chat, 'mutation{channelCreate(channelName:"ops",members:[]){status}}', {}, token);
	const sockets = await Promise.all(Array.from({ length: 200 }, () => listener(websocket, token)));
	const listening = async () =>
		(await (await fetch(`${url}/metrics`)).text()).includes('matterkit_gateway_channel_listeners 200');
	await until('all listen', listening, { every: 50 });
	await using agent = Object.assign(new Agent({ keepAlive: true }), {
		[Symbol.asyncDispose]: async () => agent.destroy(),
	});
	const idle = await new Promise<Socket>((resolve) =>
		get(`${url}/healthz`, { agent }, (response) => resolve(response.resume().socket)),
	);
	const idleClosed = once(idle, 'close');

	const overHttp = fetch(chat, {
		method: 'POST',
		headers: { 'content-type': 'application/json', authorization: `JWT ${token}` },
		body: JSON.stringify({ query: send, variables: { t: 'over HTTP' } }),
	});
	const [first] = sockets;
	assert.ok(first);
	first.ask('m', send, { t: 'over a socket' });
	await until('both messages are on their way', () => posting === 2);

	const asked = performance.now();
	process.kill(server.ready.pid, 'SIGTERM');
	await until('it takes nothing new', async () => (await fetch(`${url}/readyz`)).status === 503);
	const late = new WebSocket(websocket, 'graphql-transport-ws');
	await once(late, 'error');
	// Whoever asks twice gets the same end, not a sudden one.
	process.kill(server.ready.pid, 'SIGTERM');

	const others = await Promise.all(sockets.slice(1).map(({ closed }) => closed));
	release.resolve();
	const answer = await overHttp;
	assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close']);
	assert.match(await answer.text(), /^\{"data":\{"textMessageSend":\{"status"/);
	const last = await first.closed;
	assert.match(first.frames.join('\n'), /"id":"m","type":"next","payload":\{"data":\{"textMessageSend":\{"status"/);
	assert.deepEqual(new Set([last, ...others].map(({ code }) => code)), new Set([1012]));
	const times = others.map(({ at }) => at - asked).sort((a, b) => a - b);
	const [begin = 0, end = 0] = [times[0], times.at(-1)];
	assert.ok(end - begin > 1_000, `they are closed bit by bit, not from ${begin} to ${end} ms`);
	const inTenth = Math.max(...times.map((at) => times.filter((other) => other >= at && other < at + 200).length));
	assert.ok(inTenth < 150, `${inTenth} of 200 came at once`);
	await idleClosed;
	assert.equal(await server.end('SIGTERM'), 0);
});
