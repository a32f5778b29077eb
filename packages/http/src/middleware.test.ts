import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttpClient } from './client.ts';
import { isAuthenticationError, isNotFoundError } from './errors/index.ts';
import type { Middleware } from './middleware.ts';
import { json, rejection, serve } from './testing/server.ts';

test('the first is the outermost, and retries happen within', async () => {
	await using server = await serve((_, response, before) =>
		json(response, before === 0 ? 503 : 200, 'done', { 'retry-after': '0' }),
	);
	const log: string[] = [];
	const layer =
		(name: string): Middleware =>
		async (request, next) => {
			log.push(`${name} ${request.method} ${request.path}`);
			const response = await next(request);
			log.push(`${name} ${response.status}`);
			return response;
		};
	await using client = createHttpClient(server.url, undefined, { middleware: [layer('outer'), layer('inner')] });
	assert.equal(await client.get('/x'), 'done');
	assert.deepEqual(log, ['outer GET /x', 'inner GET /x', 'inner 200', 'outer 200']);
	assert.equal(server.requests.length, 2);
});

test('it may ask again with a fresh token', async () => {
	await using server = await serve(({ headers }, response) =>
		json(response, headers.authorization === 'Bearer fresh' ? 200 : 401, {}),
	);
	const refresh: Middleware = async (request, next) => {
		try {
			return await next(request);
		} catch (error) {
			if (!isAuthenticationError(error)) throw error;
			return next({ ...request, options: { ...request.options, token: 'fresh' } });
		}
	};
	await using client = createHttpClient(server.url, 'stale', { middleware: [refresh] });
	assert.deepEqual(await client.with({}).get('/'), {});
	assert.equal(server.requests.length, 2);
});

test('it may answer itself, and change what is answered', async () => {
	const cache: Middleware = async ({ path }) => ({ status: 200, headers: {}, body: `cached ${path}`, url: '' });
	await using client = createHttpClient('http://127.0.0.1:9', undefined, { middleware: [cache] });
	assert.equal(await client.get('/x'), 'cached /x');
	assert.equal((await client.get('/x', { response: 'response' })).status, 200);
});

test('what it throws, and what a wrong request throws below it, reaches the caller', async () => {
	await using server = await serve((_, response) => json(response, 404, {}));
	const seen: unknown[] = [];
	const watch: Middleware = (request, next) =>
		next(request).catch((error) => {
			seen.push(error);
			throw error;
		});
	await using client = createHttpClient(server.url, undefined, { middleware: [watch] });
	const errors = [await rejection(client.get('/')), await rejection(client.get('/../x'))];
	assert.ok(isNotFoundError(errors[0]));
	assert.deepEqual(seen, errors);
});
