import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isConnectionError, isServerError } from '@matterkit/http';
import { Mattermost } from './mattermost.ts';
import { appError, stubServer } from './testing/stub-server.ts';

/** Calls `what` against a server that fails twice, by losing its answer or with `status`; gives how often it was asked. */
async function asked(what: (mm: Mattermost) => PromiseLike<unknown>, status?: number): Promise<number> {
	await using stub = await stubServer((_, response) => {
		if (stub.requests.length > 2) return {};
		if (status) return appError(status, 'failed');
		response.destroy();
		return undefined;
	});
	await using mm = new Mattermost({ url: stub.url, token: 't', retryBackoffFactor: 0.001 });
	await Promise.resolve(what(mm)).catch((error) => assert(isConnectionError(error) || isServerError(error), error));
	return stub.requests.length;
}

for (const [name, call] of Object.entries({
	GET: (mm: Mattermost) => mm.users.getById('u'),
	DELETE: (mm: Mattermost) => mm.posts.delete('p'),
	'a POST that only reads': (mm: Mattermost) => mm.users.byIds(['u']),
	'a search': (mm: Mattermost) => mm.posts.search('team', 'word'),
	'opening a direct channel': (mm: Mattermost) => mm.channels.createDirect(['a', 'b']),
	'adding a member': (mm: Mattermost) => mm.channels.addMember('c', 'u'),
	'the same by mm.request': (mm: Mattermost) => mm.request('POST /api/v4/users/ids', {}, { json: [] }),
})) {
	test(`${name} is asked again when the answer is lost, or 500 or 502`, async () => {
		assert.deepEqual(await Promise.all([asked(call), asked(call, 500), asked(call, 502)]), [3, 3, 3]);
	});
}

for (const [name, call] of Object.entries({
	'a POST that makes something': (mm: Mattermost) => mm.teams.create({ name: 'a', display_name: 'A' }),
	'a group channel': (mm: Mattermost) => mm.channels.createDirect(['a', 'b', 'c']),
	PUT: (mm: Mattermost) => mm.channels.update('c', { header: 'h' }),
	PATCH: (mm: Mattermost) => mm.bookmarks.update('c', 'b', { emoji: 'e' }),
	'the same by mm.request': (mm: Mattermost) => mm.request('POST /api/v4/teams', {}, { json: {} }),
})) {
	test(`${name} is asked once when the server may have acted, and again when it surely has not`, async () => {
		assert.deepEqual(await Promise.all([asked(call), asked(call, 500), asked(call, 502)]), [1, 1, 1]);
		assert.deepEqual(await Promise.all([asked(call, 503), asked(call, 429)]), [3, 3]);
	});
}

test('whoever knows better can say so', async () => {
	assert.equal(await asked((mm) => mm.channels.update('c', { header: 'h' }, { repeat: 'safe' })), 3);
	assert.equal(await asked((mm) => mm.users.getMe({ repeat: 'never' })), 1);
	assert.equal(await asked((mm) => mm.users.getMe({ maxRetries: 1 })), 2);
});

test('a 4xx is not asked again', async () => {
	for (const status of [400, 401, 403, 404, 409, 413, 501]) {
		await using stub = await stubServer(() => appError(status, 'no'));
		await using mm = new Mattermost({ url: stub.url, token: 't' });
		await assert.rejects(mm.users.getMe());
		assert.equal(stub.requests.length, 1);
	}
});
