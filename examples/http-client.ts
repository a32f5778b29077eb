// What @matterkit/http does, against a small unreliable server that this program starts itself:
//
//     node examples/http-client.ts
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import {
	createHttpClient,
	isAbortError,
	isHttpError,
	isNotFoundError,
	isRateLimitError,
	type Middleware,
	RateLimiter,
} from '@matterkit/http';

interface User {
	id: string;
	username: string;
}

// Every third request meets a 503, as from a proxy whose server is just being restarted.
let requests = 0;
const server = createServer((request, response) => {
	const answer = (status: number, body: unknown, headers = {}) =>
		response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
	if (++requests % 3 === 0) return response.writeHead(503, { 'retry-after': '0' }).end('<h1>503</h1>');
	if (request.headers.authorization !== 'Bearer my-token')
		return answer(401, { id: 'no_token', message: 'Log in first' });
	switch (request.url?.split('?')[0]) {
		case '/api/users/me':
			return answer(200, { id: 'u1', username: 'ada' });
		case '/api/posts':
			return answer(201, { id: 'p1' });
		case '/api/export':
			return response.writeHead(200, { 'content-type': 'text/csv' }).end('id,username\n'.repeat(10_000));
		case '/api/slow':
			return undefined; // never answers
		default:
			return answer(404, { id: 'not_found', message: 'No such thing' });
	}
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;

{
	const timed: Middleware = async (request, next) => {
		const begin = performance.now();
		const response = await next(request);
		console.log(
			`  ${request.method} ${request.path}: ${response.status} in ${Math.round(performance.now() - begin)} ms`,
		);
		return response;
	};
	await using client = createHttpClient(url, 'my-token', { middleware: [timed], retryBackoffFactor: 0.1 });

	const me = await client.get<User>('/users/me');
	console.log('logged in as', me.username);

	// A POST is not repeated after it may have been acted on; with a key that the server knows it again by, it is.
	const post = await client.post<{ id: string }>('/posts', {
		json: { message: 'Hello' },
		headers: { 'Idempotency-Key': 'k1' },
	});
	console.log('posted', post.id);

	// Whole answers: status, headers, body.
	const { status, headers } = await client.get('/users/me', {
		params: { fields: ['id', 'username'] },
		response: 'response',
	});
	console.log('status', status, 'type', headers['content-type']);

	// Large ones go through without being held in memory.
	const { body } = await client.get('/export', { response: 'stream' });
	let bytes = 0;
	await pipeline(body, async (source) => {
		for await (const chunk of source) bytes += chunk.length;
	});
	console.log('streamed', bytes, 'bytes');

	// Errors tell what happened by their class.
	try {
		await client.get('/channels/x');
	} catch (error) {
		if (isNotFoundError(error)) console.log('not found:', error.code);
		else if (isRateLimitError(error)) console.log('come back in', error.retryAfter, 'seconds');
		else throw error;
	}
	const stranger = client.with({ token: 'someone-else' });
	await stranger.get('/users/me').catch((error: unknown) => {
		if (isHttpError(error)) console.log(`${error.name}: ${error.message}`);
	});

	// What takes too long ends when you say so.
	const slow = client.get('/slow', { signal: AbortSignal.timeout(100) });
	await slow.catch((error: unknown) => console.log('gave up:', isAbortError(error)));
}

// The rate limiter works without the client, too.
const limiter = new RateLimiter({ requestsPerSecond: 100, burst: 5 });
const begin = performance.now();
for (let i = 0; i < 15; i++) await limiter.acquire();
console.log('15 tokens at 100 a second after a burst of 5 took', Math.round(performance.now() - begin), 'ms');

server.closeAllConnections();
server.close();
