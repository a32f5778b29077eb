import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteRange } from './byte-range.ts';
import { imageSize } from './image-size.ts';
import { mimeTypeOf } from './mime.ts';

test('the size of an image is read from its head', () => {
	const png = Buffer.from(
		'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
		'base64',
	);
	assert.deepEqual(imageSize(png), { width: 1, height: 1 });
	const gif = Buffer.concat([Buffer.from('GIF89a'), Buffer.from([3, 0, 2, 0]), Buffer.alloc(20)]);
	assert.deepEqual(imageSize(gif), { width: 3, height: 2 });
	const jpeg = Buffer.from('ffd8ffe000040000ffc0000b080010002001011100ffda000000000000000000', 'hex');
	assert.deepEqual(imageSize(jpeg), { width: 32, height: 16 });
	assert.equal(imageSize(Buffer.from('this is no image at all, but text')), undefined);
	assert.equal(imageSize(Buffer.from('ffd8')), undefined);
});

test('a range asks for the bytes between, from, or at the end', () => {
	assert.deepEqual(byteRange('bytes=0-4', 10), { first: 0, last: 4 });
	assert.deepEqual(byteRange('bytes=4-', 10), { first: 4, last: 9 });
	assert.deepEqual(byteRange('bytes=-3', 10), { first: 7, last: 9 });
	assert.deepEqual(byteRange('bytes=8-100', 10), { first: 8, last: 9 });
	assert.equal(byteRange('bytes=10-', 10), 'unsatisfiable');
	assert.equal(byteRange(undefined, 10), 'all');
	assert.equal(byteRange('lines=1-2', 10), 'all');
});

test('an unknown extension means bytes', () => {
	assert.equal(mimeTypeOf('a.TXT'), 'text/plain; charset=utf-8');
	assert.equal(mimeTypeOf('a.bin'), 'application/octet-stream');
	assert.equal(mimeTypeOf('Makefile'), 'application/octet-stream');
});
