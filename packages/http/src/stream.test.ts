// Answers as streams: backpressure, stalls, cuts, aborts.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { createHttpClient } from './client.ts';
import { isAbortError, isConnectionError, isNotFoundError, isResponseError, isTimeoutError } from './errors/index.ts';
import { json, rejection, serve, serveRaw } from './testing/server.ts';

const mebibyte = 1024 * 1024;
const quick = { retryBackoffFactor: 0.001, rateLimit: false } as const;

test('a large answer goes through without being held in memory', async () => {
	await using server = await serve((_, response) => {
		Readable.from(
			(function* () {
				for (let i = 0; i < 100; i++) yield Buffer.alloc(mebibyte, i);
			})(),
		).pipe(response);
	});
	await using client = createHttpClient(server.url, undefined, quick);
	const { body } = await client.get('/', { response: 'stream' });
	let bytes = 0;
	let most = 0;
	for await (const chunk of body) {
		bytes += chunk.length;
		most = Math.max(most, body.readableLength);
		if (bytes % (10 * mebibyte) < chunk.length) await new Promise(setImmediate);
	}
	assert.equal(bytes, 100 * mebibyte);
	assert.ok(most < mebibyte, `${most} bytes were waiting`);
});

test('who reads slowly is not timed out, and slows the server down', async () => {
	let written = 0;
	await using server = await serveRaw((socket) => {
		socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
		const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
		const more = () => {
			while (!socket.destroyed && written < 250 * mebibyte) {
				written += 0x10000;
				if (!socket.write(piece)) return socket.once('drain', more);
			}
			return socket.write('0\r\n\r\n');
		};
		more();
	});
	await using client = createHttpClient(server.url, undefined, { ...quick, timeout: 1_000 });
	const { body } = await client.get('/', { response: 'stream' });
	const begin = performance.now();
	await until('more than the timeout has passed', () => performance.now() - begin > 1_500);
	// Some megabytes are with the system, how many is its own affair.
	assert.ok(written < 125 * mebibyte, `the server has written ${written} bytes to nobody`);
	let bytes = 0;
	for await (const chunk of body) bytes += chunk.length;
	assert.equal(bytes, written);
});

test('a stream that stalls is a timeout, one that moves slowly is not', async () => {
	await using server = await serve(async ({ url }, response) => {
		response.write('begin');
		if (url === '/stall') return;
		for (let i = 0; i < 5; i++) {
			await new Promise((resolve) => setTimeout(resolve, 250));
			response.write('.');
		}
		response.end();
	});
	await using client = createHttpClient(server.url, undefined, { ...quick, timeout: 1_000 });
	const slow = await client.get('/slow', { response: 'stream' });
	assert.equal((await slow.body.toArray()).join(''), 'begin.....');
	const stalled = await client.get('/stall', { response: 'stream' });
	const error = await rejection(stalled.body.toArray());
	assert.ok(isTimeoutError(error), String(error));
	assert.match(error.message, /GET http:\S+\/stall: no answer within 1000 ms/);
});

test('the total timeout covers the body of a stream', async () => {
	await using server = await serve((_, response) => {
		const drip = setInterval(() => response.write('.'), 10);
		response.on('close', () => clearInterval(drip));
	});
	await using client = createHttpClient(server.url, undefined, quick);
	const { body } = await client.get('/', { response: 'stream', totalTimeout: 1_000 });
	const error = await rejection(body.toArray());
	assert.ok(isTimeoutError(error));
	assert.equal(error.phase, 'total');
});

test('a stream that is cut fails where it is read', async () => {
	await using server = await serveRaw((socket) => {
		socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
		setImmediate(() => socket.destroy());
	});
	await using client = createHttpClient(server.url, undefined, quick);
	const { body } = await client.get('/', { response: 'stream' });
	const error = await rejection(body.toArray());
	assert.ok(isConnectionError(error));
	assert.equal(error.sent, true);
});

test('aborting, closing and destroying end a stream and its connection', async () => {
	await using server = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
	const client = createHttpClient(server.url, undefined, quick);
	const controller = new AbortController();
	const aborted = await client.get('/', { response: 'stream', signal: controller.signal });
	controller.abort();
	assert.ok(isAbortError(await rejection(aborted.body.toArray())));
	const destroyed = await client.get('/', { response: 'stream' });
	destroyed.body.destroy();
	await once(destroyed.body, 'close');
	await until('both connections are closed', () => server.sockets.slice(0, 2).every((socket) => socket.closed));
	const closed = await client.get('/', { response: 'stream' });
	await client.close();
	assert.ok(isAbortError(await rejection(closed.body.toArray())));
});

test('an error is thrown and not streamed', async () => {
	await using server = await serve((_, response) => json(response, 404, { id: 'gone' }));
	await using client = createHttpClient(server.url, undefined, quick);
	const error = await rejection(client.get('/', { response: 'stream' }));
	assert.ok(isNotFoundError(error));
	assert.equal(error.code, 'gone');
});

test('a stream has no limit unless the request gives one', async () => {
	await using server = await serve((_, response) => response.end(Buffer.alloc(1000)));
	await using client = createHttpClient(server.url, undefined, { ...quick, maxResponseBytes: 100 });
	assert.equal((await (await client.get('/', { response: 'stream' })).body.toArray()).join('').length, 1000);
	const error = await rejection(client.get('/', { response: 'stream', maxResponseBytes: 100 }));
	assert.ok(isResponseError(error));
});

test('a large body is uploaded without being held in memory, and slow progress is no timeout', async () => {
	let received = 0;
	await using server = await serveRaw((socket, text) => {
		received += text.length;
		socket.pause();
		// At most 64 KiB each time, so it takes 2 seconds and more.
		setTimeout(() => socket.resume(), 2);
		if (text.endsWith('0\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
	});
	await using client = createHttpClient(server.url, undefined, { ...quick, timeout: 1500 });
	let made = 0;
	let ahead = 0;
	const source = Readable.from(
		(function* () {
			for (; made < 64 * mebibyte; made += 65_536) {
				ahead = Math.max(ahead, made - received);
				yield Buffer.alloc(65_536);
			}
		})(),
	);
	const begin = performance.now();
	await client.post('/', { data: source });
	assert.ok(performance.now() - begin > 1500, 'it takes longer than the timeout');
	assert.ok(received > 64 * mebibyte);
	// Some megabytes are with the system.
	assert.ok(ahead < 48 * mebibyte, `${ahead} bytes were read before they could be sent`);
});

test('an upload that stalls is a timeout', async () => {
	await using server = await serveRaw((socket) => socket.pause());
	await using client = createHttpClient(server.url, undefined, { ...quick, timeout: 200 });
	const error = await rejection(client.post('/', { data: () => Readable.from(endless()) }));
	assert.ok(isTimeoutError(error), String(error));
});

function* endless() {
	for (;;) yield Buffer.alloc(65_536);
}

test('a stream can be piped on', async () => {
	await using server = await serve(({ body }, response) =>
		response.end(body.length ? String(body.length) : Buffer.alloc(300_000)),
	);
	await using client = createHttpClient(server.url, undefined, quick);
	const { body } = await client.get('/', { response: 'stream' });
	assert.equal(await client.post('/', { data: body, response: 'text' }), '300000');
	const chunks: Buffer[] = [];
	await pipeline((await client.get('/', { response: 'stream' })).body, async (source) => {
		for await (const chunk of source) chunks.push(chunk);
	});
	assert.equal(Buffer.concat(chunks).length, 300_000);
});
