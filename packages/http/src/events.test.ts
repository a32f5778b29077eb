import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { createHttpClient } from './client.ts';
import type { EndEvent, RequestInfo, RetryEvent, StartEvent } from './events.ts';
import { json, rejection, serve } from './testing/server.ts';

const names = ['start', 'retry', 'end'] as const;

/** What is published while `run` runs. */
async function published(
	run: () => Promise<unknown>,
): Promise<{ name: string; event: StartEvent | RetryEvent | EndEvent }[]> {
	const heard: { name: string; event: StartEvent | RetryEvent | EndEvent }[] = [];
	const listeners = names.map((name) => {
		const listener = (event: unknown) => heard.push({ name, event: event as StartEvent });
		subscribe(`matterkit:http:${name}`, listener);
		return () => unsubscribe(`matterkit:http:${name}`, listener);
	});
	await run();
	for (const stop of listeners) stop();
	return heard;
}

test('a request publishes its start, its retries and its end, with the route and no ids', async () => {
	await using server = await serve((_, response, before) =>
		json(response, before === 0 ? 503 : 200, { done: true }, before === 0 ? { 'retry-after': '0' } : {}),
	);
	await using client = createHttpClient(`${server.url}/api/v4`, 'hunter2');
	const route = 'GET /api/v4/users/{user_id}';
	const events = await published(() => client.get('/users/abc', { route, params: { q: 'hunter2' } }));
	assert.deepEqual(
		events.map(({ name }) => name),
		['start', 'retry', 'end'],
	);
	const request: RequestInfo = { method: 'GET', origin: server.url, route };
	const [start, retry, end] = events.map(({ event }) => event) as [StartEvent, RetryEvent, EndEvent];
	assert.deepEqual(start, { request });
	assert.deepEqual(retry, { request, attempt: 1, wait: 0, status: 503, error: 'ServerError' });
	assert.equal(end.request, start.request, 'the same object, to tell requests apart');
	assert.deepEqual([end.attempts, end.status, end.error], [2, 200, undefined]);
	assert.ok(end.duration > 0);
	assert.doesNotMatch(JSON.stringify(events), /hunter2|abc/);
});

test('a request that fails publishes its error', async () => {
	await using server = await serve((_, response) => json(response, 404, { id: 'gone' }));
	await using client = createHttpClient(server.url);
	let thrown: unknown;
	const events = await published(async () => {
		thrown = await rejection(client.get('/'));
	});
	const end = events.at(-1)?.event as EndEvent;
	assert.equal(end.error, thrown);
	assert.deepEqual([end.status, end.attempts, end.request.route], [404, 1, undefined]);
});

test('requests, retries and waits for the rate limit are logged, without secrets', async () => {
	await using server = await serve((_, response, before) =>
		json(response, before === 0 ? 503 : 200, {}, { 'retry-after': '0' }),
	);
	const lines: [string, string, object][] = [];
	const log = (level: string) => (fields: object, message: string) => lines.push([level, message, fields]);
	await using client = createHttpClient(server.url, 'hunter2', {
		logger: { debug: log('debug'), info: log('info'), warn: log('warn') },
		rateLimit: { requestsPerSecond: 5, burst: 1 },
	});
	await client.put('/users/me', {
		json: { password: 'hunter2' },
		params: { token: 'hunter2' },
		route: 'PUT /users/{id}',
	});
	assert.deepEqual(
		lines.map(([level, message]) => [level, message]),
		[
			['warn', 'request failed, will be repeated'],
			['debug', 'waited for the rate limit'],
			['info', 'request done'],
		],
	);
	const { duration, ...fields } = (lines.at(-1)?.[2] ?? {}) as Record<string, unknown>;
	assert.equal(typeof duration, 'number');
	assert.deepEqual(fields, {
		method: 'PUT',
		url: `${server.url}/users/me`,
		route: 'PUT /users/{id}',
		status: 200,
		attempts: 2,
	});
	assert.doesNotMatch(JSON.stringify(lines), /hunter2/);
});
