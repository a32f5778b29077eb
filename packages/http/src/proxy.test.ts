import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { createHttpClient } from './client.ts';
import { isConnectionError, isHttpError } from './errors/index.ts';
import { Secret } from './secret.ts';
import { rejection, serve } from './testing/server.ts';

/** A forward proxy that wants `user:hunter2`. */
async function serveProxy() {
	const seen: string[] = [];
	const allowed = (header: string | undefined) => header === `Basic ${Buffer.from('user:hunter2').toString('base64')}`;
	const server = createServer((request, response) => {
		seen.push(`${request.method} ${request.url}`);
		if (!allowed(request.headers['proxy-authorization'])) return response.writeHead(407).end();
		const { 'proxy-authorization': _, ...headers } = request.headers;
		return request.pipe(
			forward(request.url ?? '', { method: request.method ?? 'GET', headers }, (answer) => {
				response.writeHead(answer.statusCode ?? 502, answer.headers);
				answer.pipe(response);
			}),
		);
	});
	server.on('connect', (request, socket) => {
		seen.push(`CONNECT ${request.url}`);
		socket.on('error', () => {});
		if (!allowed(request.headers['proxy-authorization'])) return socket.end('HTTP/1.1 407 Authenticate\r\n\r\n');
		const [host = '', port] = (request.url ?? '').split(':');
		const upstream = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
		upstream.on('error', () => socket.destroy());
		return upstream.pipe(socket).pipe(upstream);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		seen,
		host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
}

test('requests go through the proxy, with its user and password', async () => {
	await using server = await serve(({ headers }, response) =>
		response.end(headers['proxy-authorization'] ?? 'through'),
	);
	await using proxy = await serveProxy();
	await using client = createHttpClient(server.url, 'a-token', {
		proxy: new Secret(`http://user:hunter2@${proxy.host}`),
	});
	assert.equal(await client.get('/x'), 'through');
	assert.deepEqual(proxy.seen, [`GET ${server.url}/x`]);
});

test('a proxy that refuses is named, without its password', async () => {
	await using server = await serve((_, response) => response.end());
	await using proxy = await serveProxy();
	await using client = createHttpClient(server.url, undefined, {
		proxy: `http://user:wrong-hunter2@${proxy.host}`,
		maxRetries: 0,
	});
	const error = await rejection(client.get('/x'));
	assert.ok(isHttpError(error));
	assert.match(error.message, /407/);
	assert.doesNotMatch(JSON.stringify(error) + error.stack + String(error.cause), /hunter2/);
	assert.equal(server.requests.length, 0);
});

test('a proxy that is not there is a connection error', async () => {
	await using client = createHttpClient('https://chat.example.com', undefined, {
		proxy: 'http://127.0.0.1:9',
		maxRetries: 0,
	});
	const error = await rejection(client.get('/x'));
	assert.ok(isConnectionError(error), String(error));
	assert.equal(error.sent, false);
});
