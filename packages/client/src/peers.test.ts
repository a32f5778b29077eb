// Faults that other clients have, each reproduced with them, and not with this one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { isAbortError, isConflictError, isConnectionError, isRateLimitError, isServerError } from '@matterkit/http';
import { Mattermost } from './mattermost.ts';
import { appError, stubServer } from './testing/stub-server.ts';

test('a 429 of plain text and a 502 page of HTML are errors with their status (@mattermost/client: none)', async () => {
	await using stub = await stubServer(({ path }, response) => {
		if (path.endsWith('/a'))
			response.writeHead(429, { 'content-type': 'text/plain', 'retry-after': '7' }).end('limit exceeded\n');
		else response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>Bad Gateway</h1></html>');
	});
	await using mm = new Mattermost({ url: stub.url, token: 't', maxRetries: 0 });
	await assert.rejects(
		mm.users.getById('b'),
		(error) => isServerError(error) && error.status === 502 && /Bad Gateway/.test(String(error.body)),
	);
	await assert.rejects(
		mm.users.getById('a'),
		(error) => isRateLimitError(error) && error.status === 429 && error.retryAfter === 7,
	);
});

test('a username with slashes and a query stays a username (@mattermost/client asks for /x?y=1)', async () => {
	await using stub = await stubServer(() => appError(404, 'app.user.get_by_username.app_error'));
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	assert.equal(await mm.users.getByUsername('../../../../x?y=1#z'), null);
	assert.equal(stub.requests[0]?.path, '/api/v4/users/username/..%2F..%2F..%2F..%2Fx%3Fy%3D1%23z');
	assert.deepEqual(stub.requests[0]?.query, {});
});

test('three people get a group channel (mm-async asks for a direct one, which the server refuses)', async () => {
	await using stub = await stubServer(() => [201, { id: 'c' }]);
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	await mm.channels.createDirect(['a', 'b', 'c']);
	await mm.channels.createDirect(['a', 'b']);
	assert.deepEqual(
		stub.requests.map((request) => request.path),
		['/api/v4/channels/group', '/api/v4/channels/direct'],
	);
});

test('an hour of Retry-After is not slept through, and waiting ends at once on abort (Anthropic: neither)', async () => {
	await using stub = await stubServer((_, response) => {
		response.writeHead(429, { 'retry-after': '3600' }).end('limit exceeded\n');
	});
	await using capped = new Mattermost({ url: stub.url, token: 't', maxRetryWait: 20, maxRetries: 1 });
	await assert.rejects(capped.users.getMe(), isRateLimitError);
	assert.equal(stub.requests.length, 2);
	const controller = new AbortController();
	const logger = { debug() {}, info() {}, warn: () => controller.abort() };
	await using mm = new Mattermost({ url: stub.url, token: 't', logger });
	const start = performance.now();
	await assert.rejects(mm.users.getMe({ signal: controller.signal }), isAbortError);
	assert(performance.now() - start < 20_000, 'it would have waited for 30 s');
});

test('a failure of the network has no status (octokit: 500)', async () => {
	await using stub = await stubServer((_, response) => void response.destroy());
	await using mm = new Mattermost({ url: stub.url, token: 't', maxRetries: 0 });
	await assert.rejects(mm.users.getMe(), (error) => isConnectionError(error) && error.status === undefined);
});

test('a 409 in the middle of a list is an error (octokit: the end of the list)', async () => {
	await using stub = await stubServer(({ query }) => (query.page === '0' ? [{ id: 'u' }] : appError(409, 'conflict')));
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	await assert.rejects(Array.fromAsync(mm.users.list()), isConflictError);
});

test('a page of a list that failed can be asked for again (Stripe: keeps the failure)', async () => {
	let down = true;
	await using stub = await stubServer(({ query }) => {
		if (query.page === '1' && down) return appError(500, 'down');
		return [{ id: `user ${query.page}` }].slice(Number(query.page) >> 1);
	});
	await using mm = new Mattermost({ url: stub.url, token: 't', maxRetries: 0 });
	const users = mm.users.list()[Symbol.asyncIterator]();
	assert.equal((await users.next()).value.id, 'user 0');
	await assert.rejects(users.next(), isServerError);
	down = false;
	assert.equal((await users.next()).value.id, 'user 1');
	assert.equal((await users.next()).done, true);
});

test('what stands in a query does not come up in an error (ky: in its message)', async () => {
	await using stub = await stubServer(() => appError(400, 'no'));
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	const error = await mm.teams.join({ token: 'invitation s3cret' }).catch((error: unknown) => error);
	assert.doesNotMatch(inspect(error, { depth: 5, showHidden: true }), /s3cret/);
});
