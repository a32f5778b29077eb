import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createHttpClient, HttpClient } from './client.ts';
import { isAbortError, isValidationError } from './errors/index.ts';
import { Secret } from './secret.ts';
import { json, rejection, serve } from './testing/server.ts';

/** Answers with what it received. */
const echo = () =>
	serve(({ method, url, headers, body }, response) =>
		json(response, 200, { method, url, headers, body: body.toString() }),
	);

interface Echo {
	method: string;
	url: string;
	headers: Record<string, string>;
	body: string;
}

test('each verb sends its method, and gives the parsed body', async () => {
	await using server = await echo();
	await using client = createHttpClient(server.url);
	for (const verb of ['get', 'post', 'put', 'patch', 'delete', 'options'] as const) {
		const answer = await client[verb]<Echo>('/users');
		assert.equal(answer.method, verb.toUpperCase());
		assert.equal(answer.url, '/users');
	}
	assert.equal(await client.head('/users'), undefined);
	assert.equal(server.requests.at(-1)?.method, 'HEAD');
	assert.equal((await client.request<Echo>('GET', 'users')).url, '/users');
});

test('query parameters, headers and JSON arrive', async () => {
	await using server = await echo();
	await using client = createHttpClient(`${server.url}/api/v4/`, 'a-token', {
		headers: { 'X-App': 'one', 'X-Gone': '1' },
	});
	const answer = await client.put<Echo>('/users/x', {
		params: { q: 'a b', page: 0 },
		headers: { 'X-Custom': 'yes', 'x-gone': undefined },
		json: { name: 'Ada' },
	});
	assert.equal(answer.url, '/api/v4/users/x?q=a%20b&page=0');
	assert.equal(answer.body, '{"name":"Ada"}');
	const { 'x-app': app, 'x-custom': custom, 'x-gone': gone, authorization, 'content-type': type } = answer.headers;
	assert.deepEqual(
		[app, custom, gone, authorization, type],
		['one', 'yes', undefined, 'Bearer a-token', 'application/json'],
	);
});

test('a token of the request beats that of the client, and a header of its own beats both', async () => {
	await using server = await echo();
	await using client = createHttpClient(server.url, new Secret('of-the-client'));
	const sent = async (options: object) => (await client.get<Echo>('/', options)).headers.authorization;
	assert.equal(await sent({}), 'Bearer of-the-client');
	assert.equal(await sent({ token: new Secret('of-the-request') }), 'Bearer of-the-request');
	assert.equal(await sent({ token: 'of-the-request', headers: { Authorization: 'Custom x' } }), 'Custom x');
	assert.equal(await sent({ headers: { authorization: undefined } }), undefined);
	await using custom = new HttpClient({ baseUrl: server.url, headers: { Authorization: 'Custom your-custom-auth' } });
	assert.equal((await custom.get<Echo>('/')).headers.authorization, 'Custom your-custom-auth');
});

test('`with` changes token and headers, and shares the connections', async () => {
	await using server = await echo();
	await using client = createHttpClient(server.url, 'first', { headers: { 'x-app': 'one' } });
	const other = client.with({ token: 'second', headers: { 'x-app': 'two' } });
	assert.equal((await client.get<Echo>('/')).headers.authorization, 'Bearer first');
	const { authorization, 'x-app': app } = (await other.get<Echo>('/')).headers;
	assert.deepEqual([authorization, app], ['Bearer second', 'two']);
	await other.close();
	await client.get('/', {});
	assert.equal(
		(await other.get<Echo>('/')).headers.authorization,
		'Bearer second',
		'its close did not close the connections',
	);
	await client.close();
	assert.ok(isAbortError(await rejection(other.get('/'))));
});

test('`response` says what is given', async () => {
	await using server = await serve(({ url }, response) => {
		if (url === '/empty') return response.writeHead(204).end();
		if (url === '/text') return response.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
		if (url === '/untyped') return response.writeHead(200).end('{"a":1}');
		return json(response, 201, { a: 1 }, { 'x-request-id': 'r1' });
	});
	await using client = createHttpClient(server.url);
	assert.deepEqual(await client.get('/json'), { a: 1 });
	assert.equal(await client.get('/text'), 'hello');
	assert.equal(await client.get('/untyped'), '{"a":1}');
	assert.equal(await client.get('/empty'), undefined);
	assert.equal(await client.get('/empty', { response: 'json' }), undefined);
	assert.deepEqual(await client.get('/untyped', { response: 'json' }), { a: 1 });
	assert.equal(await client.get('/json', { response: 'text' }), '{"a":1}');
	assert.deepEqual(await client.get('/json', { response: 'bytes' }), Buffer.from('{"a":1}'));
	const { status, headers, body, url } = await client.get<{ a: number }>('/json', {
		response: 'response',
		params: { q: 1 },
	});
	assert.deepEqual([status, headers['x-request-id'], body.a, url], [201, 'r1', 1, `${server.url}/json`]);
	const streamed = await client.get('/json', { response: 'stream' });
	assert.equal(streamed.status, 201);
	assert.equal((await streamed.body.toArray()).join(''), '{"a":1}');
});

test('a JSON text with a byte order mark, and JSON under another name, are read', async () => {
	await using server = await serve(({ url }, response) => {
		response.writeHead(200, {
			'content-type': url === '/problem' ? 'application/problem+json' : 'application/json; charset=utf-8',
		});
		response.end('\ufeff{"name":"Jürgen"}');
	});
	await using client = createHttpClient(server.url);
	assert.deepEqual(await client.get('/'), { name: 'Jürgen' });
	assert.deepEqual(await client.get('/problem'), { name: 'Jürgen' });
});

test('200 requests at once with one signal all arrive', async () => {
	await using server = await echo();
	await using client = createHttpClient(server.url, undefined, { rateLimit: false });
	const { signal } = new AbortController();
	const warned: Error[] = [];
	const warn = (warning: Error) => warned.push(warning);
	process.on('warning', warn);
	const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => client.get<Echo>(`/${i}`, { signal })));
	assert.deepEqual(
		answers.map(({ url }) => url),
		Array.from({ length: 200 }, (_, i) => `/${i}`),
	);
	await new Promise(setImmediate);
	process.off('warning', warn);
	assert.deepEqual(warned, []);
});

test('wrong options are refused with what is wrong and what would be right', async () => {
	const refuses = (options: object, pattern: RegExp) =>
		assert.throws(
			() => new HttpClient({ baseUrl: 'http://localhost', ...options }),
			(error) => isValidationError(error) && pattern.test(error.message),
		);
	refuses({ baseUrl: 'localhost:8065' }, /baseUrl/);
	refuses({ timeout: -1 }, /timeout must be .* not -1/);
	refuses({ timeout: Number.NaN }, /timeout/);
	refuses({ connectTimeout: 0 }, /connectTimeout/);
	refuses({ maxRetries: 1.5 }, /maxRetries/);
	refuses({ concurrency: 0 }, /concurrency/);
	refuses({ jitter: -1 }, /jitter/);
	refuses({ retryBackoffFactor: -1 }, /retryBackoffFactor/);
	refuses({ token: '' }, /the token is empty/);
	refuses({ token: 'hunter2\n' }, /^the token is empty, or has a space or line break in it$/);
	await using client = createHttpClient('http://127.0.0.1:9');
	for (const options of [
		{ json: {}, data: 'x' },
		{ timeout: 0 },
		{ headers: { 'bad header': 'x' } },
		{ headers: { x: 'a\r\nb: c' } },
	]) {
		const error = await rejection(client.post('/', options));
		assert.ok(isValidationError(error), String(error));
		assert.equal(error.status, undefined);
	}
});

test('times without end are taken as such', async () => {
	await using server = await echo();
	const never = Number.POSITIVE_INFINITY;
	const options = { timeout: never, connectTimeout: never, totalTimeout: never, maxRetryWait: never };
	await using client = createHttpClient(server.url, undefined, options);
	assert.equal((await client.get<Echo>('/')).url, '/');
	const { body } = await client.get('/', { response: 'stream', timeout: 1e12 });
	assert.equal((await body.toArray()).length, 1);
});

test('a client shows none of its secrets', () => {
	const client = createHttpClient('http://localhost', 'hunter2hunter2', { headers: { cookie: 'hunter2' } });
	assert.doesNotMatch(inspect(client, { depth: 10, showHidden: true }) + JSON.stringify(client), /hunter2/);
});
