// Servers and networks that misbehave: slow, cut, half-open, garbage, wrong lengths, endless.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePort, until } from '@matterkit/testing';
import fc from 'fast-check';
import { createHttpClient } from './client.ts';
import { isConnectionError, isHttpError, isResponseError, isServerError, isTimeoutError } from './errors/index.ts';
import { rejection, serve, serveRaw } from './testing/server.ts';

const quick = { retryBackoffFactor: 0.001, rateLimit: false } as const;
const ok = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 6\r\n\r\n"done"';

test('nobody listens: a POST that may be repeated if it was not acted on is', async () => {
	await using client = createHttpClient('http://127.0.0.1:9', undefined, {
		...quick,
		repeat: { POST: 'unless-acted' },
	});
	const error = await rejection(client.post('/', { json: {} }));
	assert.ok(isConnectionError(error));
	assert.deepEqual([error.code, error.sent, error.attempts], ['ECONNREFUSED', false, 4]);
	assert.equal(error.status, undefined, 'no answer has no status');
});

test('an unknown host is a connection error with the system’s code', async () => {
	await using client = createHttpClient('http://no-such-host.invalid', undefined, { ...quick, maxRetries: 0 });
	const error = await rejection(client.get('/'));
	assert.ok(isConnectionError(error));
	assert.match(error.code ?? '', /ENOTFOUND|EAI_AGAIN/);
	assert.equal(error.sent, false);
});

test('a server that comes back between two attempts is found', async () => {
	const port = await freePort();
	const server = createServer((socket) => socket.on('data', () => socket.end(ok)));
	const logger = { debug() {}, info() {}, warn: () => server.listening || server.listen(port, '127.0.0.1') };
	await using client = createHttpClient(`http://127.0.0.1:${port}`, undefined, {
		retryBackoffFactor: 0.05,
		jitter: 0,
		logger,
	});
	assert.equal(await client.get('/'), 'done');
	server.close();
});

test('a connection cut before, within and after the headers is repeated when that is safe', async () => {
	const cuts = [
		'',
		'HTTP/1.1 200',
		'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n',
		'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal',
	];
	for (const cut of cuts) {
		await using server = await serveRaw((socket, _, before) => (before === 0 ? socket.end(cut) : socket.end(ok)));
		await using client = createHttpClient(server.url, undefined, quick);
		assert.equal(await client.get('/'), 'done', JSON.stringify(cut));
		assert.equal(server.sockets.length, 2);
	}
	for (const cut of cuts) {
		await using server = await serveRaw((socket) => socket.end(cut));
		await using client = createHttpClient(server.url, undefined, { ...quick, repeat: { POST: 'unless-acted' } });
		const error = await rejection(client.post('/', { json: {} }));
		assert.ok(isConnectionError(error), String(error));
		assert.deepEqual([error.sent, error.attempts], [true, 1], 'the server may have acted');
	}
});

test('a reset connection is a connection error', async () => {
	await using server = await serveRaw((socket) => socket.resetAndDestroy());
	await using client = createHttpClient(server.url, undefined, { ...quick, maxRetries: 1 });
	const error = await rejection(client.get('/'));
	assert.ok(isConnectionError(error));
	assert.deepEqual([error.code, error.sent, error.attempts], ['ECONNRESET', true, 2]);
});

test('what is not HTTP is a connection error', async () => {
	for (const garbage of [
		'SSH-2.0-OpenSSH_9.6\r\n',
		'\0\0\0\0',
		'HTTP/1.1 abc\r\n\r\n',
		'HTTP/9.9 200 OK\r\n\r\n',
		`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
	]) {
		await using server = await serveRaw((socket) => socket.end(garbage));
		await using client = createHttpClient(server.url, undefined, { ...quick, maxRetries: 1 });
		const error = await rejection(client.get('/'));
		assert.ok(isConnectionError(error), `${JSON.stringify(garbage.slice(0, 20))}: ${error}`);
		assert.equal(error.attempts, 2);
	}
});

test('any bytes at all end in an answer or in an error of ours, and never in silence', async () => {
	const line = fc.constantFrom(
		'HTTP/1.1 200 OK\r\n',
		'HTTP/1.1 500 X\r\n',
		'Content-Length: 3\r\n',
		'Content-Length: -1\r\n',
		'Transfer-Encoding: chunked\r\n',
		'Content-Type: application/json\r\n',
		'Content-Encoding: gzip\r\n',
		'Location: x\r\n',
		'\r\n',
		'3\r\nabc\r\n',
		'0\r\n\r\n',
		'{}',
	);
	const bytes = fc.oneof(
		fc.array(line, { maxLength: 8 }).map((lines) => lines.join('')),
		fc.string({ unit: 'binary' }),
	);
	let answer = '';
	await using server = await serveRaw((socket) => socket.end(answer, 'latin1'));
	await using client = createHttpClient(server.url, undefined, { ...quick, maxRetries: 0, timeout: 60_000 });
	await fc.assert(
		fc.asyncProperty(bytes, async (text) => {
			answer = text;
			try {
				await client.get('/');
			} catch (error) {
				assert.ok(isHttpError(error), String(error));
				assert.ok(!isTimeoutError(error), String(error));
			}
		}),
		{ numRuns: 300 },
	);
});

test('a length that is too short, too long or given twice does not confuse the next request', async () => {
	const lengths = [
		'Content-Length: 3',
		'Content-Length: 600',
		'Content-Length: 6\r\nContent-Length: 7',
		'Content-Length: 6\r\nTransfer-Encoding: chunked',
	];
	for (const length of lengths) {
		await using server = await serveRaw((socket, _, before) =>
			before === 0
				? socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${length}\r\n\r\n"wrong"${ok}`, () =>
						socket.end(),
					)
				: socket.write(ok),
		);
		await using client = createHttpClient(server.url, undefined, { ...quick, maxRetries: 0 });
		const first = await client.get('/').catch((error: unknown) => error);
		assert.ok(isHttpError(first), `${length}: ${JSON.stringify(first)}`);
		assert.equal(await client.get('/'), 'done', length);
	}
});

test('a server that sends its headers and then nothing times out', async () => {
	await using server = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal'));
	await using client = createHttpClient(server.url, undefined, { ...quick, timeout: 50, maxRetries: 1 });
	const error = await rejection(client.get('/'));
	assert.ok(isTimeoutError(error));
	assert.equal(error.attempts, 2);
});

test('a server that sends a byte now and then does not keep a request for ever', async () => {
	await using server = await serveRaw((socket) => {
		socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
		const drip = setInterval(() => socket.write('x'), 10);
		socket.on('close', () => clearInterval(drip));
	});
	await using client = createHttpClient(server.url, undefined, { ...quick, timeout: 1_000, maxRetries: 0 });
	assert.ok(isTimeoutError(await rejection(client.get('/'))));
	await until('the connection is closed', () => server.sockets[0]?.closed);
});

test('a connection that is never answered (half-open) times out, and the next attempt takes another', async () => {
	await using server = await serveRaw((socket, _, before) => {
		if (before > 0) socket.write(ok);
	});
	await using client = createHttpClient(server.url, undefined, { ...quick, timeout: 1_000 });
	assert.equal(await client.get('/'), 'done');
	assert.equal(server.sockets.length, 2);
	await until('the first one is closed', () => server.sockets[0]?.closed);
});

test('no connection in time: the connect timeout is its own, and nothing was sent', async () => {
	await using silent = await serveRaw(() => {});
	const options = { ...quick, connectTimeout: 100, maxRetries: 1, repeat: { POST: 'unless-acted' } } as const;
	await using client = createHttpClient(silent.url.replace('http:', 'https:'), undefined, options);
	const error = await rejection(client.post('/', { json: {} }));
	assert.ok(isTimeoutError(error), String(error));
	assert.deepEqual([error.phase, error.sent, error.attempts], ['connect', false, 2]);
});

test('a connection that the server closed while it was idle is not used', async () => {
	let asked = 0;
	await using server = await serveRaw((socket) => {
		asked++;
		socket.write(ok, () => socket.end());
	});
	await using client = createHttpClient(server.url, undefined, { ...quick, maxRetries: 0 });
	for (let i = 0; i < 5; i++) {
		assert.equal(await client.get('/'), 'done');
		await until('the server has closed it', () => server.sockets[i]?.closed);
	}
	assert.equal(asked, 5);
});

test('a body larger than allowed is refused: by its header, by its bytes, and without a retry', async () => {
	await using server = await serve(({ url }, response) => {
		if (url === '/told') response.setHeader('content-length', 5000);
		response.write('x'.repeat(2500));
		setImmediate(() => response.end('x'.repeat(2500)));
	});
	await using client = createHttpClient(server.url, undefined, { ...quick, maxResponseBytes: 4999 });
	for (const path of ['/told', '/untold']) {
		const error = await rejection(client.get(path));
		assert.ok(isResponseError(error), String(error));
		assert.deepEqual([error.fault, error.attempts], ['too-large', 1]);
	}
	assert.equal((await client.get<string>('/told', { maxResponseBytes: 5000 })).length, 5000);
	assert.equal(await client.head('/told'), undefined, 'the answer to a HEAD has no body');
});

test('an endless body is refused when it passes the limit', async () => {
	await using server = await serveRaw((socket) => {
		socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
		const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
		const more = () => {
			while (!socket.destroyed && socket.write(piece));
			socket.once('drain', more);
		};
		more();
	});
	await using client = createHttpClient(server.url, undefined, { ...quick, maxResponseBytes: 1_000_000 });
	const error = await rejection(client.get('/'));
	assert.ok(isResponseError(error));
	assert.equal(error.fault, 'too-large');
});

test('what should be JSON and is not is said without quoting it', async () => {
	await using server = await serve((_, response) =>
		response.writeHead(200, { 'content-type': 'application/json' }).end('<html>hunter2'),
	);
	await using client = createHttpClient(server.url, undefined, quick);
	const error = await rejection(client.get('/'));
	assert.ok(isResponseError(error));
	assert.deepEqual([error.fault, error.status, error.attempts], ['not-json', 200, 1]);
	assert.doesNotMatch(`${error.stack} ${String(error.cause)}`, /hunter2/);
});

test('an error page is an error with the status, whatever its body calls itself', async () => {
	await using server = await serve((_, response) =>
		response.writeHead(502, { 'content-type': 'application/json' }).end('<html>Bad Gateway'),
	);
	await using client = createHttpClient(server.url, undefined, { ...quick, maxRetries: 0 });
	const error = await rejection(client.get('/'));
	assert.ok(isServerError(error));
	assert.deepEqual([error.status, error.body], [502, '<html>Bad Gateway']);
});

test('informational answers before the real one are passed over', async () => {
	await using server = await serveRaw((socket) =>
		socket.end(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${ok}`),
	);
	await using client = createHttpClient(server.url, undefined, quick);
	assert.equal(await client.get('/'), 'done');
});
