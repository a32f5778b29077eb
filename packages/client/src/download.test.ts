import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { isAbortError, isConnectionError, isNotFoundError } from '@matterkit/http';
import { Mattermost } from './mattermost.ts';
import { appError, stubServer } from './testing/stub-server.ts';

const file = randomBytes(300_000);

/** Sends the file, or the part of it that is asked for, as a real server does; breaks off after `cut` bytes. */
function send(headers: IncomingHttpHeaders, response: ServerResponse, cut = Number.POSITIVE_INFINITY): void {
	const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
	const part = file.subarray(start);
	const range = headers.range ? { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` } : {};
	response.writeHead(headers.range ? 206 : 200, { 'content-length': part.length, ...range });
	if (cut >= part.length) response.end(part);
	else response.write(part.subarray(0, cut), () => response.destroy());
}

const fast = { token: 't', retryBackoffFactor: 0.01 };

test('a download that breaks off asks for the rest, and gives every byte once', async () => {
	let answers = 0;
	await using stub = await stubServer(({ headers }, response) =>
		send(headers, response, ++answers < 4 ? 70_000 : undefined),
	);
	await using mm = new Mattermost({ url: stub.url, ...fast });
	assert.deepEqual(await buffer(await mm.files.download('f')), file);
	assert.deepEqual(
		stub.requests.map((request) => request.headers.range),
		[undefined, 'bytes=70000-', 'bytes=140000-', 'bytes=210000-'],
	);
});

test('a download is not compressed on its way, so that ranges count the bytes of the file', async () => {
	await using stub = await stubServer(({ headers }, response) => send(headers, response));
	await using mm = new Mattermost({ url: stub.url, ...fast });
	await buffer(await mm.files.download('f'));
	assert.equal(stub.requests[0]?.headers['accept-encoding'], 'identity');
});

test('from a server that ignores the range, what came already is not given twice', async () => {
	let answers = 0;
	await using stub = await stubServer((_, response) =>
		send({}, response, ++answers < 3 ? 70_000 * answers : undefined),
	);
	await using mm = new Mattermost({ url: stub.url, ...fast });
	assert.deepEqual(await buffer(await mm.files.download('f')), file);
});

test('a download that breaks again and again without a byte gives up', async () => {
	let answers = 0;
	await using stub = await stubServer(({ headers }, response) => send(headers, response, answers++ ? 0 : 70_000));
	await using mm = new Mattermost({ url: stub.url, ...fast });
	await assert.rejects(buffer(await mm.files.download('f')), isConnectionError);
});

test('a file that is not there rejects before there is a stream', async () => {
	await using stub = await stubServer(() => appError(404, 'api.file.get_file_info.app_error'));
	await using mm = new Mattermost({ url: stub.url, ...fast });
	await assert.rejects(mm.files.download('f'), isNotFoundError);
});

test('an abort ends the stream, and a stream that is destroyed ends the request', async () => {
	await using stub = await stubServer(({ headers }, response) => {
		response
			.writeHead(200, { 'content-length': file.length })
			.write(file.subarray(0, 1000 + Object.keys(headers).length));
	});
	await using mm = new Mattermost({ url: stub.url, ...fast });
	const controller = new AbortController();
	const stream = await mm.files.download('f', { signal: controller.signal });
	setImmediate(() => controller.abort());
	await assert.rejects(buffer(stream), isAbortError);
	const other = await mm.files.download('f');
	for await (const _ of other) break;
	assert(other.destroyed);
});
