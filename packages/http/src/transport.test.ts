import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHttpClient } from './client.ts';
import { isAbortError, isConnectionError, isNotFoundError, isResponseError, isTimeoutError } from './errors/index.ts';
import { rejection, serve } from './testing/server.ts';
import type { Transport } from './transport.ts';

const answering = (answer: (url: string, init: RequestInit) => Response | Promise<Response>): Transport => {
	return async (url, init) => answer(url, init);
};

test('a transport gets what would have been sent', async () => {
	const sent: [string, RequestInit][] = [];
	const transport = answering((url, init) => {
		sent.push([url, init]);
		return Response.json({ id: 'u1' }, { status: 201 });
	});
	await using client = createHttpClient('https://chat.example.com/api/v4', 'a-token', { transport });
	assert.deepEqual(await client.post('/users', { json: { name: 'Ada' }, params: { q: 1 } }), { id: 'u1' });
	const [url, { method, headers, body }] = sent[0] ?? ['', {}];
	assert.equal(url, 'https://chat.example.com/api/v4/users?q=1');
	assert.deepEqual([method, body], ['POST', '{"name":"Ada"}']);
	assert.equal((headers as Record<string, string>).authorization, 'Bearer a-token');
});

test('errors, retries and timeouts are those of the network', async () => {
	let calls = 0;
	const transport = answering(async (url, init) => {
		calls++;
		if (url.endsWith('/fails')) throw new TypeError('fetch failed');
		if (url.endsWith('/hangs')) await new Promise((_, reject) => init.signal?.addEventListener('abort', reject));
		if (url.endsWith('/large')) return new Response('x'.repeat(1000));
		if (calls === 1) return new Response(null, { status: 503, headers: { 'retry-after': '0' } });
		return Response.json({ id: 'gone' }, { status: 404 });
	});
	await using client = createHttpClient('https://x', undefined, {
		transport,
		retryBackoffFactor: 0.001,
		maxResponseBytes: 100,
	});
	const missing = await rejection(client.get('/missing'));
	assert.ok(isNotFoundError(missing));
	assert.deepEqual([missing.attempts, missing.code], [2, 'gone']);
	const failed = await rejection(client.get('/fails'));
	assert.ok(isConnectionError(failed));
	assert.deepEqual([failed.attempts, failed.sent], [4, true]);
	assert.ok(isTimeoutError(await rejection(client.get('/hangs', { timeout: 20, maxRetries: 0 }))));
	const controller = new AbortController();
	setImmediate(() => controller.abort());
	assert.ok(isAbortError(await rejection(client.get('/hangs', { signal: controller.signal }))));
	const large = await rejection(client.get('/large'));
	assert.ok(isResponseError(large));
	assert.equal(large.fault, 'too-large');
});

test('fetch itself can be the transport, for bodies and streams too', async () => {
	await using server = await serve(({ body, headers }, response) => {
		response.setHeader('x-type', headers['content-type'] ?? '');
		response.end(body.length ? body : 'streamed');
	});
	await using client = createHttpClient(server.url, undefined, { transport: fetch });
	assert.equal(await client.post('/', { data: 'text' }), 'text');
	assert.equal(await client.post('/', { data: Buffer.from('bytes') }), 'bytes');
	const form = new FormData();
	form.append('a', '1');
	const { body: sent, headers } = await client.post<string>('/', { data: form, response: 'response' });
	assert.match(sent, /name="a"\r\n\r\n1\r\n/);
	assert.match(String(headers['x-type']), /^multipart\/form-data; boundary=matterkit-/);
	async function* pieces() {
		yield new TextEncoder().encode('some ');
		yield new TextEncoder().encode('pieces');
	}
	assert.equal(await client.post('/', { data: pieces() }), 'some pieces');
	const { body } = await client.get('/', { response: 'stream' });
	assert.equal((await body.toArray()).join(''), 'streamed');
});
