// What stands in Mattermost's place for a while may answer 200: with a log-in page, or with JSON of its own.
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { pino } from 'pino';
import type { Fault } from '../testing/faulty-server.ts';
import { borrow, startService } from '../testing/service.ts';
import { createWorld, type World } from '../testing/world.ts';

const json = { 'content-type': 'application/json' };
const answers: readonly Exclude<Fault, string>[] = [
	{ status: 200, body: '<html>Please log in</html>', headers: { 'content-type': 'text/html' } },
	{ status: 200, body: '<html>Please log in</html>', headers: json },
	{ status: 200, body: '{"id":"maintenance","message":"back soon"}', headers: json },
	{ status: 200, body: '[]', headers: json },
	{ status: 200, body: 'null', headers: json },
	{ status: 201, body: '', headers: json },
	{ status: 204 },
];
/** Each costs a wait. */
const someAnswers = answers.slice(2, 5);

/** Taken for a page of a channel, the last two would say that the channel is empty. */
const pageAnswers = [
	...answers.slice(2, 3),
	...['{"order":[]}', '{"order":[],"posts":{}}'].map((body) => ({ status: 200, body, headers: json })),
];

const isPost = ({ method, url }: IncomingMessage) => method === 'POST' && url === '/api/v4/posts';
/** A service whose database is never said to have failed. */
const start = async (world: World) => {
	const failures: string[] = [];
	const log = pino({ level: 'error' }, { write: (line: string) => void failures.push(line) });
	const service = await startService(world, { logger: log });
	const databaseFailed = () => failures.some((line) => line.includes('the database failed'));
	return { service, databaseFailed, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
};

test('such an answer to a post is no post: it is looked for, and made', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using started = await start(world);
	for (const [index, answer] of answers.entries()) {
		let posts = 0;
		world.server.fault = (request) => (isPost(request) && posts++ === 0 ? answer : undefined);
		const body = { ...borrow, requestId: index };
		const sent = await started.service.request('/send?wait=60s', { method: 'POST', body });
		assert.equal(sent.body.status, 'sent');
		assert.equal((await world.channelMessages()).length, index + 1, `${answer.body}`);
	}
	assert.ok(!started.databaseFailed());
});

test('such an answer to a look-up says nothing: it is looked up again, and the post that is there is found', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using started = await start(world);
	let [posts, pages] = [0, 0];
	world.server.fault = (request) => {
		const { url = '', headers } = request;
		if (url.startsWith('/api/v4/websocket')) return 'refuse';
		if (isPost(request)) return posts++ === 0 ? 'drop' : undefined;
		const isPage = headers.authorization === `Bearer ${world.botToken}` && /\/channels\/\w+\/posts\?/.test(url);
		return isPage ? pageAnswers[pages++] : undefined;
	};
	world.server.away = true;
	world.server.away = false;
	const sent = await started.service.request('/send?wait=60s', { method: 'POST', body: borrow });
	assert.equal(sent.body.status, 'sent');
	assert.equal((await world.channelMessages()).length, 1);
	assert.ok(pages > pageAnswers.length);
	assert.ok(!started.databaseFailed());
});

test('such an answer to who the bot is opens nothing, and its posts are found again', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using started = await start(world);
	const { notifier } = started.service;
	await until('the bot is known', async () => (await notifier.status()).botUserId === world.botUserId);
	let posts = 0;
	const asked: Fault[] = [...someAnswers];
	world.server.fault = (request) => {
		const { url = '', headers } = request;
		if (headers.authorization !== `Bearer ${world.botToken}`) return undefined;
		if (url.startsWith('/api/v4/websocket')) return 'refuse';
		if (url === '/api/v4/users/me') return asked.shift();
		if (isPost(request)) return posts++ === 0 ? 'drop' : undefined;
		// Enough to close the gate, which then asks who the bot is.
		return posts === 1 && asked.length === someAnswers.length ? { status: 503, body: 'maintenance' } : undefined;
	};
	world.server.away = true;
	world.server.away = false;
	const sent = await started.service.request('/send?wait=60s', { method: 'POST', body: borrow });
	assert.equal((await world.channelMessages()).length, 1);
	assert.deepEqual([sent.body.status, asked.length], ['sent', 0]);
	assert.equal((await notifier.status()).botUserId, world.botUserId);
	assert.ok(!started.databaseFailed());
});
