// Faults that other clients have, each reproduced with them; one test each that this one does not have it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttpClient } from './client.ts';
import { isAbortError, isConnectionError, isRateLimitError, isServerError, isValidationError } from './errors/index.ts';
import { json, rejection, serve } from './testing/server.ts';

test('@mattermost/client: a 429 text or a 502 page becomes { message: "", status_code: undefined }', async () => {
	await using server = await serve(({ url }, response) => {
		if (url === '/429') response.writeHead(429, { 'content-type': 'text/plain' }).end('limit exceeded\n');
		else response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>502 Bad Gateway</h1></html>');
	});
	await using client = createHttpClient(server.url, undefined, { maxRetries: 0 });
	const limited = await rejection(client.get('/429'));
	assert.ok(isRateLimitError(limited));
	assert.deepEqual([limited.status, limited.body], [429, 'limit exceeded\n']);
	const broken = await rejection(client.get('/502'));
	assert.ok(isServerError(broken));
	assert.equal(broken.status, 502);
	assert.match(broken.message, /\/502: 502$/);
});

test('@mattermost/client: getUserByUsername("../../../../x?y=1#z") requests /x?y=1', async () => {
	await using server = await serve((_, response) => json(response, 200, {}));
	await using client = createHttpClient(`${server.url}/api/v4`);
	assert.ok(isValidationError(await rejection(client.get('/users/username/../../../../x?y=1#z'))));
	assert.equal(server.requests.length, 0);
	await client.get(`/users/username/${encodeURIComponent('../../../../x?y=1#z')}`);
	assert.equal(server.requests[0]?.url, '/api/v4/users/username/..%2F..%2F..%2F..%2Fx%3Fy%3D1%23z');
});

test('Anthropic: sleeps as long as Retry-After says, and cannot be aborted then', async () => {
	await using server = await serve((_, response) => response.writeHead(503, { 'retry-after': '86400' }).end());
	const waits: unknown[] = [];
	const controller = new AbortController();
	const warn = (fields: object) => {
		waits.push('wait' in fields && fields.wait);
		setImmediate(() => controller.abort());
	};
	await using client = createHttpClient(server.url, undefined, { logger: { debug() {}, info() {}, warn } });
	assert.ok(isAbortError(await rejection(client.get('/', { signal: controller.signal }))));
	assert.equal(waits[0], 30_000);
});

test('OpenAI, Anthropic: repeat a POST without a key, after the server may have acted', async () => {
	let acted = 0;
	await using server = await serve((_, response) => {
		acted++;
		response.destroy();
	});
	await using client = createHttpClient(server.url, undefined, { retryBackoffFactor: 0.001 });
	assert.ok(isConnectionError(await rejection(client.post('/orders', { json: {} }))));
	assert.equal(acted, 1);
});

test('octokit: reports a network failure as status 500', async () => {
	await using client = createHttpClient('http://127.0.0.1:9', undefined, { maxRetries: 0 });
	const error = await rejection(client.get('/'));
	assert.ok(isConnectionError(error));
	assert.equal(error.status, undefined);
});

test('ky: puts the query string, with its secrets, into messages', async () => {
	await using server = await serve((_, response) => json(response, 500, {}));
	await using client = createHttpClient(server.url, undefined, { maxRetries: 0 });
	const error = await rejection(client.get('/x', { params: { token: 'hunter2' } }));
	const inPath = await rejection(client.get('/x?token=hunter2'));
	assert.doesNotMatch(
		`${(error as Error).stack}${(inPath as Error).stack}${JSON.stringify([error, inPath])}`,
		/hunter2/,
	);
});

test('most: hold a whole upload in memory', async () => {
	await using server = await serve(({ body }, response) => response.end(String(body.length)));
	await using client = createHttpClient(server.url);
	let made = 0;
	let ahead = 0;
	async function* bytes() {
		for (let i = 0; i < 512; i++) {
			ahead++;
			yield new Uint8Array(65_536);
			made++;
		}
	}
	assert.equal(await client.post('/', { data: bytes() }), String(512 * 65_536));
	assert.deepEqual([made, ahead], [512, 512]);
});

test('fetch: a connection that is cut in the middle of a body leaves an error without url, method or retry', async () => {
	await using server = await serve((_, response, before) => {
		if (before > 0) return json(response, 200, 'whole');
		response.writeHead(200, { 'content-length': 100 });
		return response.write('part', () => response.destroy());
	});
	await using client = createHttpClient(server.url, undefined, { retryBackoffFactor: 0.001 });
	assert.equal(await client.get('/'), 'whole');
});
