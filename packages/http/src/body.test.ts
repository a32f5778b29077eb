import assert from 'node:assert/strict';
import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { createHttpClient } from './client.ts';
import { isAbortError, isServerError, isValidationError } from './errors/index.ts';
import { json, rejection, serve } from './testing/server.ts';

async function* pieces() {
	yield 'some ';
	yield new TextEncoder().encode('pieces');
}

test('a body of each kind arrives as it is, with its type', async () => {
	await using server = await serve(({ headers, body }, response) =>
		json(response, 200, [body.toString(), headers['content-type'] ?? null]),
	);
	await using client = createHttpClient(server.url, undefined, { rateLimit: false });
	const sent = (data: unknown, headers = {}) => client.post('/', { data, headers });
	assert.deepEqual(await sent({ key: 'value' }), ['{"key":"value"}', 'application/json']);
	assert.deepEqual(await sent([1, 2]), ['[1,2]', 'application/json']);
	assert.deepEqual(await sent('raw string data'), ['raw string data', 'text/plain;charset=UTF-8']);
	assert.deepEqual(await sent(Buffer.from('bytes')), ['bytes', null]);
	assert.deepEqual(await sent(new Uint8Array([0x61, 0x62]).buffer), ['ab', null]);
	assert.deepEqual(await sent(new Uint16Array([0x6261, 0x6463, 0x6665]).subarray(1, 2)), ['cd', null]);
	assert.deepEqual(await sent(new URLSearchParams({ a: '1 2' })), [
		'a=1+2',
		'application/x-www-form-urlencoded;charset=UTF-8',
	]);
	assert.deepEqual(await sent(new Blob(['blob'], { type: 'image/png' })), ['blob', 'image/png']);
	assert.deepEqual(await sent(Readable.from(['a ', 'stream'])), ['a stream', null]);
	assert.deepEqual(await sent(new Blob(['web stream']).stream()), ['web stream', null]);
	assert.deepEqual(await sent(pieces()), ['some pieces', null]);
	assert.deepEqual(await sent(() => pieces()), ['some pieces', null]);
	assert.deepEqual(await sent('x', { 'Content-Type': 'application/octet-stream' }), ['x', 'application/octet-stream']);
	assert.deepEqual(await client.post('/'), ['', null]);
	assert.deepEqual(await client.post('/', { json: null }), ['null', 'application/json']);
});

test('a form arrives with its fields and files, however they are named', async () => {
	await using folder = await tempFolder();
	const path = join(folder.path, 'file');
	await writeFile(path, 'from the disk');
	await using server = await serve(async ({ headers, body }, response) => {
		const form = await new Response(new Uint8Array(body), {
			headers: { 'content-type': headers['content-type'] ?? '' },
		}).formData();
		const parts = await Promise.all(
			[...form].map(async ([name, value]) =>
				typeof value === 'string' ? [name, value] : [name, value.name, value.type, await value.text()],
			),
		);
		json(response, 200, { parts, length: headers['content-length'] === String(body.length) });
	});
	await using client = createHttpClient(server.url);
	const form = new FormData();
	form.append('channel_id', 'c1');
	form.append('quo"ted\r\nname', 'ü');
	form.append('files', new File(['one'], 'ä "1".txt', { type: 'text/plain' }));
	form.append('files', await openAsBlob(path), 'disk.bin');
	assert.deepEqual(await client.post('/', { data: form }), {
		parts: [
			['channel_id', 'c1'],
			['quo"ted\r\nname', 'ü'],
			['files', 'ä "1".txt', 'text/plain', 'one'],
			['files', 'disk.bin', 'application/octet-stream', 'from the disk'],
		],
		length: true,
	});
});

test('what cannot be sent is said before anything is sent', async () => {
	await using client = createHttpClient('http://127.0.0.1:9');
	const circle: Record<string, unknown> = {};
	circle.self = circle;
	for (const [options, says] of [
		[{ data: new Map() }, /Map cannot be sent/],
		[{ json: circle }, /cannot be written as JSON/],
		[{ json: 10n }, /cannot be written as JSON/],
		[{ json: () => 1 }, /cannot be written as JSON/],
		[{ data: () => 'text' }, /must give a stream/],
	] as const) {
		const error = await rejection(client.post('/', options));
		assert.ok(isValidationError(error), String(error));
		assert.match(error.message, says);
	}
});

test('a stream is never sent twice, a function that makes one is', async () => {
	await using server = await serve((_, response, before) => response.writeHead(before === 2 ? 200 : 503).end());
	await using client = createHttpClient(server.url, undefined, { retryBackoffFactor: 0.001 });
	const once = await rejection(client.put('/', { data: Readable.from(['x']) }));
	assert.ok(isServerError(once));
	assert.equal(server.requests.length, 1);
	await client.put('/', { data: () => Readable.from(['again']) });
	assert.deepEqual(
		server.requests.slice(1).map(({ body }) => body.toString()),
		['again', 'again'],
	);
});

test('a body that breaks off ends the request with its own error as the cause, and is not repeated', async () => {
	await using server = await serve((_, response) => response.end());
	await using client = createHttpClient(server.url, undefined, { retryBackoffFactor: 0.001 });
	let made = 0;
	const broken = () => {
		made++;
		return Readable.from(
			(async function* () {
				yield 'first';
				throw new Error('the disk is gone');
			})(),
		);
	};
	const generated = async function* () {
		made++;
		yield 'first';
		throw new Error('the disk is gone');
	};
	for (const data of [broken, broken(), generated, generated()]) {
		made = 0;
		const error = await rejection(client.put('/', { data }));
		assert.ok(isAbortError(error), String(error));
		assert.equal((error.cause as Error).message, 'the disk is gone');
		assert.ok(made <= 1);
	}
	assert.equal(server.requests.length, 0);
});

test('a stream whose request fails before it is read is closed', async () => {
	await using client = createHttpClient('http://127.0.0.1:9', undefined, { maxRetries: 0 });
	const body = Readable.from(['never read']);
	await rejection(client.post('/', { data: body }));
	assert.ok(body.destroyed);
	let cancelled = false;
	const web = new ReadableStream({
		cancel() {
			cancelled = true;
		},
	});
	await rejection(client.post('/', { data: web }));
	assert.ok(cancelled);
});
