// What a caller sees of retries, timeouts, aborts, rate limits and redirects, against servers that answer HTTP.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { createHttpClient, HttpClient } from './client.ts';
import type { HttpClientOptions } from './client-options.ts';
import {
	isAbortError,
	isConflictError,
	isNotFoundError,
	isRateLimitError,
	isResponseError,
	isServerError,
	isTimeoutError,
} from './errors/index.ts';
import type { Method, RequestOptions } from './options.ts';
import { Secret } from './secret.ts';
import { json, rejection, serve } from './testing/server.ts';

/** Milliseconds where the defaults are seconds. */
const quick = { retryBackoffFactor: 0.001 };

const statuses = (...answers: number[]) =>
	serve((_, response, before) => {
		const status = answers[before] ?? 200;
		json(response, status, status < 400 ? 'done' : { message: `no ${before}` });
	});

test('a failure that passes is repeated until it works', async () => {
	await using server = await statuses(500, 502, 503, 200);
	await using client = createHttpClient(server.url, undefined, quick);
	assert.equal(await client.get('/'), 'done');
	assert.equal(server.requests.length, 4);
});

test('after three retries the last error is given, with the number of attempts', async () => {
	await using server = await statuses(500, 500, 500, 502, 200);
	await using client = createHttpClient(server.url, undefined, quick);
	const error = await rejection(client.get('/', { route: 'GET /' }));
	assert.ok(isServerError(error));
	assert.deepEqual([error.status, error.attempts, error.route], [502, 4, 'GET /']);
	assert.match(error.message, /^GET http:\/\/127.0.0.1:\d+\/: 502 no 3$/);
	assert.equal(server.requests.length, 4);
});

test('with the defaults of the retry the waits are at most 1, 2 and 4 seconds', async () => {
	await using server = await statuses(503, 503, 503);
	const waits: number[] = [];
	const logger = {
		debug() {},
		info() {},
		warn: (fields: object) => 'wait' in fields && waits.push(Number(fields.wait)),
	};
	await using client = createHttpClient(server.url, undefined, { logger, retryBackoffFactor: 0.02 });
	await client.get('/');
	assert.equal(waits.length, 3);
	assert.ok(waits.every((wait, index) => wait <= 20 * 2 ** index));
});

test('which requests are repeated, by method and by mark', async () => {
	const attempts = async (method: Method, options: RequestOptions = {}, client: Partial<HttpClientOptions> = {}) => {
		await using server = await statuses(500, 200);
		await using http = new HttpClient({ baseUrl: server.url, ...quick, ...client });
		await http.request(method, '/', options).catch(() => {});
		return server.requests.length;
	};
	for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'] as const)
		assert.equal(await attempts(method), 2, method);
	for (const method of ['POST', 'PATCH'] as const) assert.equal(await attempts(method), 1, method);
	assert.equal(await attempts('POST', { repeat: 'safe' }), 2);
	assert.equal(await attempts('POST', { repeat: 'unless-acted' }), 1);
	assert.equal(await attempts('POST', { headers: { 'Idempotency-Key': 'k1' } }), 2);
	assert.equal(await attempts('PUT', { repeat: 'never' }), 1);
	assert.equal(await attempts('PUT', {}, { repeat: { PUT: 'unless-acted' } }), 1);
	assert.equal(await attempts('GET', { maxRetries: 0 }), 1);
	assert.equal(await attempts('GET', {}, { retryOnStatus: [429] }), 1);
});

test('Retry-After: 0 is repeated at once, whatever the backoff', async () => {
	await using server = await serve((_, response, before) =>
		before === 0
			? response.writeHead(429, { 'retry-after': '0' }).end('limit exceeded\n')
			: json(response, 200, 'done'),
	);
	await using client = createHttpClient(server.url, undefined, { retryBackoffFactor: 1000 });
	assert.equal(await client.get('/'), 'done');
});

test('a POST that the server surely did not act on is repeated when it may be', async () => {
	await using server = await serve((_, response, before) =>
		before === 0 ? response.writeHead(429, { 'retry-after': '0' }).end() : json(response, 201, 'done'),
	);
	await using client = createHttpClient(server.url, undefined, { repeat: { POST: 'unless-acted' } });
	assert.equal(await client.post('/', { json: {} }), 'done');
});

test('what classify says decides code, class and retry', async () => {
	await using server = await serve(({ url }, response, before) => {
		if (url === '/pending' && before < 2) return json(response, 500, { id: 'pending' });
		if (url === '/exists') return json(response, 400, { id: 'name.exists', request_id: 'r9' });
		if (url === '/never') return json(response, 503, { id: 'never' });
		return json(response, 201, 'done');
	});
	await using client = new HttpClient({
		baseUrl: server.url,
		retryBackoffFactor: 1000,
		classify(_status, body) {
			const id = (body as { id?: string }).id;
			if (id === 'pending') return { retry: { after: 1 } };
			if (id === 'never') return { retry: false };
			return { code: `my.${id}`, message: 'taken', ...(id === 'name.exists' ? { like: 409 } : {}) };
		},
	});
	assert.equal(await client.post('/pending', { json: {} }), 'done');
	assert.equal(server.requests.length, 3);
	const conflict = await rejection(client.get('/exists'));
	assert.ok(isConflictError(conflict));
	assert.deepEqual([conflict.status, conflict.code, conflict.requestId], [400, 'my.name.exists', 'r9']);
	const never = await rejection(client.get('/never'));
	assert.ok(isServerError(never));
	assert.equal(never.attempts, 1);
});

test('a wait before a retry ends at once when the signal aborts', async () => {
	await using server = await serve((_, response) => response.writeHead(503, { 'retry-after': '3600' }).end());
	await using client = createHttpClient(server.url);
	const controller = new AbortController();
	const logger = { debug() {}, info() {}, warn: () => controller.abort(new Error('enough')) };
	await using watched = createHttpClient(server.url, undefined, { logger });
	const begin = performance.now();
	const error = await rejection(watched.get('/', { signal: controller.signal }));
	assert.ok(isAbortError(error));
	assert.equal((error.cause as Error).message, 'enough');
	assert.ok(performance.now() - begin < 20_000, 'it would have waited for 30 s');
	assert.ok(isAbortError(await rejection(client.get('/', { signal: AbortSignal.abort() }))));
	assert.equal(server.requests.length, 1, 'an aborted signal sends nothing');
});

test('a wait for the rate limit, and one for a 429 to be over, end at once when the signal aborts', async () => {
	await using server = await serve((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
	let controller = new AbortController();
	await using client = createHttpClient(server.url, undefined, {
		rateLimit: { requestsPerSecond: 0.001, burst: 1 },
		logger: { debug() {}, info() {}, warn: () => setImmediate(() => controller.abort()) },
	});
	for (const waitsFor of ['429', 'rate limit']) {
		controller = new AbortController();
		if (waitsFor === 'rate limit') setImmediate(() => controller.abort());
		assert.ok(isAbortError(await rejection(client.get('/', { signal: controller.signal }))));
		assert.deepEqual(getEventListeners(controller.signal, 'abort'), []);
	}
});

test('no listener stays on the signal of the caller', async () => {
	await using server = await statuses(500);
	await using client = createHttpClient(server.url, undefined, quick);
	const { signal } = new AbortController();
	await client.get('/', { signal, totalTimeout: 10_000 });
	await client.get('/', { signal });
	await (await client.get('/', { signal, response: 'stream' })).body.toArray();
	assert.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('after an attempt that took too long the next one may be quicker', async () => {
	await using server = await serve((_, response, before) => {
		if (before > 0) json(response, 200, 'done');
	});
	await using client = createHttpClient(server.url, undefined, quick);
	assert.equal(await client.get('/', { timeout: 1_000 }), 'done');
});

test('a timeout says which it was, and whether the request was sent', async () => {
	await using server = await serve(() => {});
	await using client = createHttpClient(server.url, undefined, { ...quick, timeout: 500 });
	const attempt = await rejection(client.post('/x', { params: { q: 'hunter2' } }));
	assert.ok(isTimeoutError(attempt));
	assert.deepEqual([attempt.phase, attempt.sent, attempt.attempts], ['attempt', true, 1]);
	assert.match(attempt.message, /POST http:\S+\/x: no answer within 500 ms$/);
	const total = await rejection(client.get('/', { timeout: 10_000, totalTimeout: 60 }));
	assert.ok(isTimeoutError(total));
	assert.equal(total.phase, 'total');
	assert.match(total.message, /not done within 60 ms in total/);
});

test('the total timeout covers the waits: a retry that would come too late is not waited for', async () => {
	await using server = await serve((_, response) => response.writeHead(503, { 'retry-after': '20' }).end());
	await using client = createHttpClient(server.url);
	const begin = performance.now();
	const error = await rejection(client.get('/', { totalTimeout: 19_000 }));
	assert.ok(isServerError(error), 'the reason, not the timeout');
	assert.ok(performance.now() - begin < 15_000);
});

test('a 429 holds back every request of that token', async () => {
	const at: Record<string, number> = {};
	await using server = await serve(({ at: time, url }, response, before) => {
		at[url] = time;
		if (before === 0) return response.writeHead(429, { 'retry-after': '1' }).end('limit exceeded\n');
		return json(response, 200, 'done');
	});
	await using client = createHttpClient(server.url, 'a', { rateLimit: false });
	const first = client.get('/first');
	while (server.requests.length === 0) await new Promise(setImmediate);
	const begin = at['/first'] ?? 0;
	// The answer to b came after the 429 for a was sent.
	await client.with({ token: 'b' }).get('/other');
	await Promise.all([first, client.get('/second'), client.with({ token: 'a' }).get('/third')]);
	for (const path of ['/first', '/second', '/third']) assert.ok((at[path] ?? 0) - begin >= 990, path);
});

test('a 429 holds back no request of another token', async () => {
	await using server = await serve(({ headers }, response) =>
		headers.authorization === 'Bearer a'
			? response.writeHead(429, { 'retry-after': '3600' }).end('limit exceeded\n')
			: json(response, 200, 'done'),
	);
	await using client = createHttpClient(server.url, 'a', { maxRetries: 0 });
	assert.ok(isRateLimitError(await rejection(client.get('/'))));
	assert.equal(await client.with({ token: 'b' }).get('/'), 'done');
});

test('a storm of 429: 300 requests against a server that takes 200 a second all get through', async () => {
	let tokens = 20;
	let last = performance.now();
	let refused = 0;
	await using server = await serve((_, response) => {
		const now = performance.now();
		tokens = Math.min(20, tokens + (now - last) * 0.2);
		last = now;
		if (tokens >= 1) {
			tokens--;
			return json(response, 200, 'done');
		}
		refused++;
		return response.writeHead(429, { 'retry-after': '0.1', 'x-ratelimit-reset': '1' }).end('limit exceeded\n');
	});
	await using client = createHttpClient(server.url, 'a', { rateLimit: false });
	const answers = await Promise.all(Array.from({ length: 300 }, () => client.get('/')));
	assert.deepEqual(new Set(answers), new Set(['done']));
	assert.ok(refused < 600, `${refused} were turned away`);
});

test('a 429 that stays is a RateLimitError that says when to come back', async () => {
	await using server = await serve((_, response) =>
		response.writeHead(429, { 'retry-after': '11, 11' }).end('limit exceeded\n'),
	);
	await using client = createHttpClient(server.url, undefined, { maxRetries: 0 });
	const error = await rejection(client.get('/'));
	assert.ok(isRateLimitError(error));
	assert.deepEqual([error.retryAfter, error.body, error.status], [11, 'limit exceeded\n', 429]);
});

test('by default 20 go at once and then 10 a second', async () => {
	await using server = await serve((_, response) => json(response, 200, 'done'));
	await using client = createHttpClient(server.url);
	const begin = performance.now();
	await Promise.all(Array.from({ length: 23 }, () => client.get('/')));
	assert.ok(performance.now() - begin >= 299);
	await using slow = createHttpClient(server.url, undefined, { rateLimit: { requestsPerSecond: 0.001 } });
	await Promise.all(Array.from({ length: 20 }, () => slow.get('/')));
});

test('no more than `concurrency` are in flight at once', async () => {
	let now = 0;
	let most = 0;
	await using server = await serve(async (_, response) => {
		most = Math.max(most, ++now);
		await new Promise(setImmediate);
		now--;
		json(response, 200, 'done');
	});
	await using client = createHttpClient(server.url, undefined, { concurrency: 3, rateLimit: false });
	await Promise.all(Array.from({ length: 50 }, () => client.get('/')));
	assert.ok(most <= 3, `${most}`);
});

test('redirects of GET and HEAD are followed, up to a limit', async () => {
	await using server = await serve(({ url }, response) => {
		const left = Number.parseInt(url.slice(1), 10);
		if (left > 0) return response.writeHead(302, { location: `/${left - 1}?secret=hunter2` }).end('moved');
		return json(response, 200, 'arrived');
	});
	await using client = createHttpClient(server.url, undefined, { rateLimit: false });
	const { body, url } = await client.get('/1', { response: 'response' });
	assert.deepEqual([body, url], ['arrived', `${server.url}/0`]);
	assert.equal(await client.get('/5'), 'arrived');
	assert.ok(isResponseError(await rejection(client.get('/6'))));
	assert.equal((await client.head('/3', { response: 'response' })).url, `${server.url}/0`);
});

test('a redirect in circles, one of a POST, and one to what is not HTTP are not followed', async () => {
	await using server = await serve(({ url }, response) =>
		response.writeHead(307, { location: url === '/file' ? 'file:///etc/passwd' : url }).end(),
	);
	await using client = createHttpClient(server.url, undefined, { rateLimit: false });
	for (const [error, says, requests] of [
		[await rejection(client.get('/circle')), /redirects \(307\) more than 5 times/, 6],
		[await rejection(client.post('/post', { json: {} })), /to http:\/\/127.0.0.1:\d+, and a POST does not follow/, 7],
		[await rejection(client.get('/file')), /to file:/, 8],
	] as const) {
		assert.ok(isResponseError(error));
		assert.equal(error.fault, 'redirect');
		assert.match(error.message, says);
		assert.ok(server.requests.length >= requests);
	}
	assert.equal(server.requests.length, 8);
});

test('a redirect to another origin carries no credential, in whichever header it is', async () => {
	await using elsewhere = await serve(({ headers }, response) => json(response, 200, headers));
	await using server = await serve((_, response) => response.writeHead(302, { location: `${elsewhere.url}/x` }).end());
	await using client = createHttpClient(server.url, 'hunter2', {
		headers: { 'X-Api-Key': 'hunter2', Cookie: 'a=hunter2' },
	});
	const headers = await client.get<Record<string, string>>('/', {
		headers: { 'x-csrf-token': 'hunter2', range: 'bytes=0-9' },
	});
	assert.doesNotMatch(JSON.stringify(headers), /hunter2/);
	assert.equal(headers.range, 'bytes=0-9');
});

test('304 is an answer, not an error', async () => {
	await using server = await serve(({ headers }, response) =>
		response.writeHead(headers['if-none-match'] ? 304 : 200, { etag: '"e"' }).end(),
	);
	await using client = createHttpClient(server.url);
	const { status, body } = await client.get('/', { headers: { 'if-none-match': '"e"' }, response: 'response' });
	assert.deepEqual([status, body], [304, undefined]);
});

test('a path that is a secret is shown nowhere', async () => {
	await using server = await statuses(404, 404);
	const logged: object[] = [];
	const log = (fields: object) => logged.push(fields);
	await using client = createHttpClient(server.url, undefined, { logger: { debug: log, info: log, warn: log } });
	const error = await rejection(client.post(new Secret('/hooks/hunter2'), { json: {}, route: 'POST /hooks/{id}' }));
	assert.ok(isNotFoundError(error));
	assert.equal(server.requests[0]?.url, '/hooks/hunter2');
	assert.doesNotMatch(JSON.stringify([error, logged]) + error.stack, /hunter2/);
	assert.equal(error.route, 'POST /hooks/{id}');
});

test('a secret path that the server quotes, or redirects to, is not shown either', async () => {
	await using server = await serve(({ url, method }, response) => {
		if (method === 'POST') return response.writeHead(308, { location: `https://chat.example.com${url}` }).end();
		return url.startsWith('/moved')
			? json(response, 200, url)
			: url.startsWith('/move')
				? response.writeHead(302, { location: `/moved${url}` }).end()
				: json(response, 400, { message: `no ${url}` });
	});
	await using client = createHttpClient(server.url, undefined, { headers: { 'x-api-key': 'hunter2' } });
	const texts = [
		String(await rejection(client.post(new Secret('/hooks/hunter2'), { json: {} }))),
		String(await rejection(client.get(new Secret('/hooks/hunter2')))),
		(await client.get(new Secret('/move/hunter2'), { response: 'response' })).url,
	];
	assert.doesNotMatch(texts.join('\n'), /hunter2/);
	assert.match(texts[0] ?? '', /redirects \(308\) to https:\/\/chat.example.com, and a POST does not follow/);
	assert.match(texts[1] ?? '', /400 no \S*\[secret\]/);
});

test('a range is asked for uncompressed', async () => {
	await using server = await serve(({ headers }, response) => json(response, 200, headers['accept-encoding']));
	await using client = createHttpClient(server.url);
	assert.equal(await client.get('/', { headers: { Range: 'bytes=5-' } }), 'identity');
	assert.equal(await client.get('/', { headers: { Range: 'bytes=5-', 'Accept-Encoding': 'br' } }), 'br');
	assert.match(await client.get('/'), /gzip/);
});

test('what the server says is given without the token that it quotes', async () => {
	await using server = await serve(({ headers }, response) =>
		json(response, 401, { message: `bad token ${headers.authorization}` }),
	);
	await using client = createHttpClient(server.url, 'hunter2');
	const error = await rejection(client.get('/'));
	assert.match(String(error), /401 bad token Bearer \[secret\]$/);
});

test('close ends what waits and what is under way', async () => {
	await using server = await serve(() => {});
	const client = createHttpClient(server.url, undefined, { rateLimit: { requestsPerSecond: 0.001, burst: 1 } });
	const pending = [rejection(client.get('/')), rejection(client.get('/'))];
	while (server.requests.length === 0) await new Promise(setImmediate);
	await client.close();
	for (const error of await Promise.all([...pending, rejection(client.get('/'))])) {
		assert.ok(isAbortError(error));
		assert.match(error.message, /the client is closed/);
	}
});
