import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNotFoundError, isValidationError } from '@matterkit/http';
import { Mattermost } from './mattermost.ts';
import { appError, type Seen, stubServer } from './testing/stub-server.ts';

let files = 0;
function chat({ method, path, json, query }: Seen): unknown {
	if (path.endsWith('/config/client')) return { MaxFileSize: '1000' };
	if (path.endsWith('/files')) return [201, { file_infos: [{ id: `file ${++files}`, name: query.filename }] }];
	if (query.missing || method !== 'POST') return appError(404, 'app.post.get.app_error');
	return [201, { id: 'post', ...(json as object) }];
}

const post = (seen: Seen | undefined) => {
	const { pending_post_id: _, ...rest } = (seen?.json ?? {}) as Record<string, unknown>;
	return rest;
};

test('a message goes to the channel of the room, with files and in a thread if asked for', async () => {
	await using stub = await stubServer(chat);
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	const room = mm.channel('town');
	await room.sendMessage('Hello');
	await room.sendMessage('Here it is', { fileIds: ['file a'], rootId: 'root', props: { a: 1 } });
	assert.deepEqual(post(stub.requests[0]), { channel_id: 'town', message: 'Hello' });
	assert.deepEqual(post(stub.requests[1]), {
		channel_id: 'town',
		message: 'Here it is',
		file_ids: ['file a'],
		root_id: 'root',
		props: { a: 1 },
	});
});

test('a file is uploaded under its name, and its id can be posted', async () => {
	await using stub = await stubServer(chat);
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	const room = mm.channel('town');
	const id = await room.uploadFile('picture.png', Buffer.from('PNG'));
	assert.match(id, /^file \d+$/);
	const upload = stub.requests.at(-1);
	assert.deepEqual(upload?.query, { channel_id: 'town', filename: 'picture.png' });
	assert.equal(upload?.body.toString(), 'PNG');
});

test('several files go with one message, in their order', async () => {
	await using stub = await stubServer(chat);
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	const posted = await mm.channel('town').sendMessageWithFiles('Two', [
		{ name: 'one.txt', data: Buffer.from('1') },
		{ name: 'two.txt', data: Buffer.from('2') },
	]);
	assert.equal(posted.file_ids?.length, 2);
	const names = stub.requests
		.filter((request) => request.path.endsWith('/files'))
		.map((request) => request.query.filename);
	assert.deepEqual(names, ['one.txt', 'two.txt']);
});

test('eleven files, or one too large among them, are refused before any byte is sent', async () => {
	await using stub = await stubServer(chat);
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	const room = mm.channel('town');
	const file = { name: 'a', data: Buffer.from('a') };
	await assert.rejects(
		room.sendMessageWithFiles(
			'x',
			Array.from({ length: 11 }, () => file),
		),
		isValidationError,
	);
	await assert.rejects(
		room.sendMessageWithFiles('x', [file, { name: 'b', data: Buffer.alloc(1001) }]),
		isValidationError,
	);
	assert.deepEqual(
		stub.requests.filter((request) => request.method === 'POST'),
		[],
	);
	assert.throws(() => mm.channel(''), isValidationError);
});

test('what is not there is a NotFoundError', async () => {
	await using stub = await stubServer(() => appError(404, 'app.channel.get.existing.app_error'));
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	await assert.rejects(mm.channel('gone').sendMessage('x'), isNotFoundError);
});
