import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { isAbortError, isConnectionError, isValidationError } from '@matterkit/http';
import { tempFolder } from '@matterkit/testing';
import { Mattermost } from './mattermost.ts';
import { uploadServer } from './testing/upload-server.ts';
import type { UploadOptions, UploadSource } from './upload.ts';

const MiB = 1024 * 1024;
const small = randomBytes(70_000);
/** Three parts. */
const large = randomBytes(20 * MiB);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function uploadTo(
	options: Parameters<typeof uploadServer>[0],
	source: UploadSource,
	uploadOptions?: UploadOptions,
) {
	await using server = await uploadServer(options);
	await using mm = new Mattermost({ url: server.url, token: 't', retryBackoffFactor: 0.01, timeout: 60_000 });
	const info = await mm.files.upload('town', source, uploadOptions).catch((error: unknown) => error);
	return { info: info as { id?: string; name?: string }, files: server.files, calls: server.calls };
}

test('a small file goes in one request, whatever it is given as', async () => {
	await using folder = await tempFolder();
	const path = join(folder.path, 'notes.bin');
	await writeFile(path, small);
	const sources: [UploadSource, UploadOptions?][] = [
		[small, { name: 'notes.bin' }],
		[new Uint8Array(small).buffer, { name: 'notes.bin' }],
		[new Blob([small]), { name: 'notes.bin' }],
		[new File([small], 'notes.bin')],
		[path],
		[pathToFileURL(path)],
		[createReadStream(path)],
		[Readable.from([small.subarray(0, 9), small.subarray(9)]), { name: 'notes.bin' }],
		[new Blob([small]).stream(), { name: 'notes.bin' }],
	];
	for (const [source, options] of sources) {
		const { files, calls } = await uploadTo({}, source, options);
		assert.deepEqual(files, [{ id: 'file1', name: 'notes.bin', size: small.length, sha256: sha256(small) }]);
		assert.deepEqual(calls, ['GET /config/client', 'POST /files']);
	}
});

test('a large file goes in parts of an upload session', async () => {
	await using folder = await tempFolder();
	const path = join(folder.path, 'film.mkv');
	await writeFile(path, large);
	for (const [source, options] of [
		[large, { name: 'film.mkv' }],
		[new File([large], 'film.mkv')],
		[path],
		[Readable.from(large), { name: 'film.mkv', size: large.length }],
	] as const) {
		const { info, files, calls } = await uploadTo({}, source, options);
		assert.equal(info.id, 'file1');
		assert.equal(files[0]?.sha256, sha256(large));
		const part = 'POST /uploads/session1';
		assert.deepEqual(calls.slice(1), ['POST /uploads', part, part, part]);
	}
});

test('a stream of a part of a file is that part', async () => {
	await using folder = await tempFolder();
	const path = join(folder.path, 'notes.bin');
	await writeFile(path, small);
	for (const range of [{ start: 10 }, { end: 99 }]) {
		const { files } = await uploadTo({}, createReadStream(path, range), { name: 'part.bin' });
		assert.equal(files[0]?.sha256, sha256(small.subarray(range.start ?? 0, (range.end ?? small.length - 1) + 1)));
	}
});

test('a file that is not there rejects, as a path and as a stream', async () => {
	const path = '/no/such/file';
	const mm = new Mattermost({ url: 'http://chat', token: 't', transport: async () => Response.json({}) });
	for (const source of [() => path, () => createReadStream(path), () => createReadStream(path, { start: 1 })]) {
		await assert.rejects(mm.files.upload('town', source(), { name: 'x' }), { code: 'ENOENT' });
	}
});

test('a large stream of unknown size is sent as it comes', async () => {
	const { files, calls } = await uploadTo({}, Readable.from([large.subarray(0, 9 * MiB), large.subarray(9 * MiB)]), {
		name: 'film.mkv',
	});
	assert.equal(files[0]?.sha256, sha256(large));
	assert.deepEqual(calls.slice(1), ['POST /files']);
});

for (const [how, source, options] of [
	['bytes', () => large, { name: 'x' }],
	['a stream', () => Readable.from([large.subarray(0, 100), large.subarray(100)]), { name: 'x', size: large.length }],
] as const) {
	test(`${how}: an upload goes on where a broken connection left it`, async () => {
		// The first part breaks too early to count, the second in the middle.
		const mischief = (n: number) => ({ 1: { cut: MiB }, 3: { cut: 3 * MiB } })[n];
		const { files, calls } = await uploadTo({ mischief }, source(), options);
		assert.deepEqual(
			files.map((file) => file.sha256),
			[sha256(large)],
		);
		assert.equal(calls.filter((call) => call === 'POST /uploads').length, 1);
		assert.equal(calls.filter((call) => call === 'GET /uploads/session1').length, 2);
	});
}

test('an upload outlives a server that is busy with the broken part, and a lost answer in the middle', async () => {
	const mischief = (n: number) => ({ 2: { cut: MiB }, 3: 'busy' as const, 4: 'lose' as const })[n];
	const { files } = await uploadTo({ mischief }, large, { name: 'x' });
	assert.deepEqual(
		files.map((file) => file.sha256),
		[sha256(large)],
	);
});

test('when the last answer is lost, bytes are sent anew, and a stream, which cannot be, gives the error', async () => {
	const mischief = (n: number) => (n === 3 ? 'lose' : undefined);
	const { info, calls } = await uploadTo({ mischief }, large, { name: 'x' });
	assert.equal(info.id, 'file2');
	assert.equal(calls.filter((call) => call === 'POST /uploads').length, 2);
	const stream = await uploadTo({ mischief }, Readable.from(large), { name: 'x', size: large.length });
	assert(isConnectionError(stream.info));
});

test('a small file whose answer is lost is sent again', async () => {
	const { info, files } = await uploadTo({ mischief: (n) => (n === 1 ? 'lose' : undefined) }, small, { name: 'x' });
	assert.equal(info.id, 'file2');
	assert.equal(files[1]?.sha256, sha256(small));
});

test('an upload that breaks again and again without moving on gives up', async () => {
	const { info } = await uploadTo({ mischief: () => ({ cut: 10 }) }, large, { name: 'x' });
	assert(isConnectionError(info));
});

test('a file over the limit of the server, an empty one and one without a name are refused before any byte', async () => {
	for (const [source, options, says] of [
		[small, { name: 'x' }, /x has 70000 bytes; the server takes 1000 at most/],
		[Readable.from([]), { name: 'x', size: 2000 }, /the server takes 1000 at most/],
		[new Uint8Array(), { name: 'x' }, /x is empty/],
		[small, {}, /no name/],
		['/', {}, /is not a file/],
	] as const) {
		const { info, calls } = await uploadTo({ maxFileSize: 1000 }, source, options);
		assert(isValidationError(info), String(info));
		assert.match(info.message, says);
		assert.deepEqual(
			calls.filter((call) => call.startsWith('POST')),
			[],
		);
	}
});

test('a stream of another size than was said is an error', async () => {
	for (const size of [5, small.length + 1, large.length]) {
		const { info, files } = await uploadTo({}, Readable.from([small]), { name: 'x', size });
		assert(isValidationError(info), String(info));
		assert.deepEqual(files, []);
	}
	const { info } = await uploadTo({}, Readable.from([large, small]), { name: 'x', size: large.length });
	assert(isValidationError(info), String(info));
});

test('a stream of text instead of bytes, or of something that is no source at all, says so', async () => {
	for (const source of [Readable.from(['text']), 7, null]) {
		const { info } = await uploadTo({}, source as never, { name: 'x' });
		assert(isValidationError(info), String(info));
	}
});

test('progress grows up to the whole size, also over a broken connection', async () => {
	const seen: number[] = [];
	const onProgress = ({ sent, total }: { sent: number; total: number | undefined }) => {
		assert.equal(total, large.length);
		seen.push(sent);
	};
	await uploadTo({ mischief: (n) => (n === 2 ? { cut: MiB } : undefined) }, large, { name: 'x', onProgress });
	assert(seen.length > 100);
	assert.deepEqual(
		seen,
		seen.toSorted((a, b) => a - b),
	);
	assert.equal(seen.at(-1), large.length);
});

test('what onProgress throws ends the upload, large or small', async () => {
	for (const source of [small, large, Readable.from(large)]) {
		const onProgress = () => {
			throw new Error('from the caller');
		};
		const { info, files } = await uploadTo({}, source, { name: 'x', onProgress });
		assert.match(String(info), /from the caller/);
		assert.deepEqual(files, []);
	}
});

test('aborting one of two uploads that wait for the same limits leaves the other alone', async () => {
	await using server = await uploadServer();
	await using mm = new Mattermost({ url: server.url, token: 't' });
	const controller = new AbortController();
	const aborted = mm.files.upload('town', small, { name: 'a', signal: controller.signal });
	const other = mm.files.upload('town', small, { name: 'b' });
	setImmediate(() => controller.abort());
	await assert.rejects(aborted, isAbortError);
	assert.equal((await other).name, 'b');
	assert.deepEqual(server.calls.filter((call) => call.endsWith('/config/client')).length, 1);
});

test('an upload ends at once when it is aborted', async () => {
	const controller = new AbortController();
	const onProgress = () => controller.abort();
	const { info, files } = await uploadTo({}, large, { name: 'x', onProgress, signal: controller.signal });
	assert(isAbortError(info), String(info));
	assert.deepEqual(files, []);
});
