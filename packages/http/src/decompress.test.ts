import assert from 'node:assert/strict';
import { test } from 'node:test';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { createHttpClient } from './client.ts';
import { decompress, encodingsOf } from './decompress.ts';
import { isResponseError } from './errors/index.ts';
import { json, rejection, serve } from './testing/server.ts';

const compress: Record<string, (text: string | Buffer) => Buffer> = {
	gzip: zlib.gzipSync,
	'x-gzip': zlib.gzipSync,
	deflate: zlib.deflateSync,
	br: zlib.brotliCompressSync,
	zstd: zlib.zstdCompressSync,
};

test('a body of each encoding is decompressed, collected and as a stream', async () => {
	await using server = await serve(({ url }, response) => {
		const encoding = url.slice(1);
		const body = compress[encoding]?.('{"name":"Jürgen"}');
		response
			.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding.toUpperCase() })
			.end(body);
	});
	await using client = createHttpClient(server.url);
	for (const encoding of Object.keys(compress)) {
		assert.deepEqual(await client.get(`/${encoding}`), { name: 'Jürgen' }, encoding);
		const { body } = await client.get(`/${encoding}`, { response: 'stream' });
		assert.equal((await body.toArray()).join(''), '{"name":"Jürgen"}', encoding);
	}
	assert.equal(server.requests[0]?.headers['accept-encoding'], 'gzip, deflate, br, zstd');
});

test('deflate without its header is read too', async () => {
	assert.equal(String(await decompress(zlib.deflateRawSync('raw'), ['deflate'], 100)), 'raw');
});

test('whatever is compressed one way after the other comes back', async () => {
	const kinds = fc.array(fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity'), { maxLength: 3 });
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ minLength: 1 }), kinds, async (bytes, encodings) => {
			const body = encodings.reduce(
				(body, encoding) => compress[encoding]?.(body) ?? body,
				Buffer.from(bytes) as Buffer,
			);
			const named = encodingsOf({ 'content-encoding': encodings.join(', ') }) ?? [];
			assert.deepEqual(await decompress(body, named, 10_000), Buffer.from(bytes));
		}),
		{ numRuns: 50 },
	);
});

test('an error that came compressed is read', async () => {
	await using server = await serve((_, response) =>
		response
			.writeHead(400, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
			.end(zlib.gzipSync('{"message":"too long"}')),
	);
	await using client = createHttpClient(server.url);
	assert.match(String(await rejection(client.get('/'))), /400 too long/);
});

test('an answer without a body is not decompressed', async () => {
	await using server = await serve(({ method }, response) =>
		response.writeHead(method === 'HEAD' ? 200 : 304, { 'content-encoding': 'gzip' }).end(),
	);
	await using client = createHttpClient(server.url);
	assert.equal(await client.head('/'), undefined);
	assert.equal(await client.get('/'), undefined);
});

test('a small body that unfolds to a large one is refused, collected and as a stream', async () => {
	for (const encoding of ['gzip', 'deflate', 'br', 'zstd']) {
		const bomb = compress[encoding]?.(Buffer.alloc(50_000_000));
		await using server = await serve((_, response) =>
			response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
		);
		await using client = createHttpClient(server.url, undefined, { maxResponseBytes: 1_000_000 });
		const error = await rejection(client.get('/'));
		assert.ok(isResponseError(error), String(error));
		assert.equal(error.fault, 'too-large');
		const { body } = await client.get('/', { response: 'stream', maxResponseBytes: 1_000_000 });
		const streamed = await rejection(body.toArray());
		assert.ok(isResponseError(streamed), String(streamed));
		assert.equal(streamed.fault, 'too-large');
	}
});

test('what is not what its encoding says is refused, collected and as a stream', async () => {
	await using server = await serve(({ url }, response) => {
		const body = url === '/cut' ? zlib.gzipSync('x'.repeat(10_000)).subarray(0, 20) : Buffer.from('no gzip');
		response.writeHead(200, { 'content-encoding': url === '/other' ? 'rot13' : 'gzip' }).end(body);
	});
	await using client = createHttpClient(server.url);
	for (const path of ['/plain', '/cut', '/other']) {
		for (const error of [
			await rejection(client.get(path)),
			await rejection(client.get(path, { response: 'stream' }).then(({ body }) => body.toArray())),
		]) {
			assert.ok(isResponseError(error), String(error));
			assert.equal(error.fault, 'bad-encoding');
			assert.match(error.message, path === '/other' ? /rot13, which was not asked for/ : /cannot be decompressed/);
		}
	}
});

test('a compressed stream of an answer that nobody reads can be closed', async () => {
	await using server = await serve((_, response) =>
		response.writeHead(200, { 'content-encoding': 'gzip' }).end(zlib.gzipSync(Buffer.alloc(10_000_000))),
	);
	await using client = createHttpClient(server.url);
	const { body } = await client.get('/', { response: 'stream' });
	body.destroy();
	await using other = await serve((_, response) => json(response, 200, 'done'));
	await using again = createHttpClient(other.url);
	assert.equal(await again.get('/'), 'done');
});
