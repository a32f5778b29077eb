import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { isAbortError, isAuthenticationError, isConnectionError, isValidationError, Secret } from '@matterkit/http';
import { Mattermost } from './mattermost.ts';
import { Resource } from './resources/resource.ts';
import { appError, stubServer } from './testing/stub-server.ts';

const people: Record<string, string> = {
	'Bearer ada-token': 'ada',
	'Bearer bob-token': 'bob',
	'Bearer session': 'ada',
};

/** Knows ada and bob by their tokens, and ada's password. */
function server() {
	return stubServer((request, response) => {
		if (request.path.endsWith('/users/login')) {
			const { login_id, password } = request.json as Record<string, string>;
			if (login_id !== 'ada' || password !== 'pass')
				return appError(401, 'api.user.login.invalid_credentials_email_username');
			response.setHeader('Token', 'session');
			return { id: 'ada' };
		}
		const user = people[request.headers.authorization ?? ''];
		if (!user) return appError(401, 'api.context.session_expired.app_error');
		if (request.path.endsWith('/users/me/teams')) return [{ id: `team of ${user}` }];
		return { id: user, username: user };
	});
}

test('connect makes sure of the token, and remembers who it belongs to', async () => {
	await using stub = await server();
	await using mm = await Mattermost.connect({ url: stub.url, token: 'ada-token' });
	assert.equal(await mm.botUserId(), 'ada');
	assert.equal(await mm.botUserId(), 'ada');
	assert.equal(mm.isConnected, true);
	assert.deepEqual(
		stub.requests.map((request) => request.path),
		['/api/v4/users/me'],
	);
});

test('connect with a wrong token is an AuthenticationError with the server id as code', async () => {
	await using stub = await server();
	await assert.rejects(Mattermost.connect({ url: stub.url, token: 'made-up' }), (error) => {
		assert(isAuthenticationError(error));
		assert.equal(error.code, 'api.context.session_expired.app_error');
		assert.equal(error.requestId, 'request1');
		return true;
	});
});

test('connect signs in with a password, and goes on with the session token', async () => {
	await using stub = await server();
	await using mm = await Mattermost.connect({ url: stub.url, login: { loginId: 'ada', password: 'pass' } });
	assert.equal(mm.token?.reveal(), 'session');
	assert.equal((await mm.users.getMe()).id, 'ada');
	await assert.rejects(
		Mattermost.connect({ url: stub.url, login: { loginId: 'ada', password: 'no' } }),
		isAuthenticationError,
	);
});

test('connect without token and login, or with an address that is none, says so', async () => {
	await assert.rejects(Mattermost.connect({ url: 'http://localhost' }), /give a token, or a login/);
	await assert.rejects(Mattermost.connect({ url: 'chat.example.com', token: 't' }), isValidationError);
	assert.throws(() => new Mattermost({ url: 'ftp://chat.example.com' }), isValidationError);
});

test('connect to a port where nobody listens is a ConnectionError', async () => {
	const gone = await server();
	await gone[Symbol.asyncDispose]();
	const connecting = Mattermost.connect({ url: gone.url, token: 't', retryBackoffFactor: 0.001 });
	await assert.rejects(connecting, (error) => isConnectionError(error) && error.attempts === 3);
});

test('a server may live in a sub-path, and a slash at the end changes nothing', async () => {
	await using stub = await server();
	await using mm = await Mattermost.connect({ url: `${stub.url}/chat/eu/`, token: 'ada-token' });
	assert.equal(mm.url, `${stub.url}/chat/eu`);
	assert.equal(stub.requests[0]?.path, '/chat/eu/api/v4/users/me');
	assert.equal(new Mattermost({ url: `${stub.url}/api/v4/` }).url, stub.url);
});

test('as(token) is another user over the same connections, with memories of its own', async () => {
	await using stub = await server();
	await using ada = new Mattermost({ url: stub.url, token: 'ada-token' });
	const bob = ada.as('bob-token');
	assert.deepEqual(await Promise.all([ada.botUserId(), bob.botUserId()]), ['ada', 'bob']);
	assert.deepEqual(await bob.botTeams(), [{ id: 'team of bob' }]);
	await bob.close();
	assert.equal((await ada.users.getMe()).id, 'ada');
	await ada.close();
	await assert.rejects(bob.users.getMe(), isAbortError);
});

test('the teams of the bot are asked once', async () => {
	await using stub = await server();
	await using mm = new Mattermost({ url: stub.url, token: 'ada-token' });
	assert.deepEqual(await mm.botTeams(), await mm.botTeams());
	assert.equal(stub.requests.length, 1);
});

test('a failed first question is not remembered', async () => {
	let up = false;
	await using stub = await stubServer(() => (up ? { id: 'ada' } : appError(403, 'api.context.permissions.app_error')));
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	await assert.rejects(mm.botUserId());
	await assert.rejects(mm.botTeams());
	up = true;
	assert.equal(await mm.botUserId(), 'ada');
	assert(await mm.botTeams());
});

test('two servers in one process do not know of each other', async () => {
	await using one = await stubServer(() => ({ id: 'on one' }));
	await using two = await stubServer(() => ({ id: 'on two' }));
	await using first = new Mattermost({ url: one.url, token: 'a' });
	await using second = new Mattermost({ url: two.url, token: 'b' });
	assert.deepEqual(await Promise.all([first.botUserId(), second.botUserId()]), ['on one', 'on two']);
});

test('the token shows nowhere: not when inspected, nor as JSON, nor in an error', async () => {
	await using stub = await stubServer(() => appError(400, 'broken'));
	await using mm = new Mattermost({ url: stub.url, token: new Secret('t0ps3cret') });
	const error = await mm.users.getMe().catch((error: unknown) => error);
	for (const shown of [
		inspect(mm, { depth: 9, showHidden: true }),
		JSON.stringify(mm),
		inspect(error, { depth: 9 }),
		JSON.stringify(error),
	]) {
		assert.doesNotMatch(shown, /t0ps3cret/);
	}
});

test('there are 250 named methods or more', () => {
	const resources = Object.values(new Mattermost({ url: 'http://chat' })).filter((value) => value instanceof Resource);
	const methods = resources.flatMap((resource) => Object.getOwnPropertyNames(Object.getPrototypeOf(resource)));
	assert(methods.length - resources.length >= 250, `${methods.length - resources.length}`);
});

test('a file is bytes, also by mm.request', async () => {
	const bytes = Buffer.from([0xff, 0x00, 0xfe]);
	await using stub = await stubServer(
		(_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(bytes),
	);
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	assert.deepEqual(Buffer.from(await mm.request('GET /api/v4/files/{file_id}', { file_id: 'f' })), bytes);
	assert.deepEqual(Buffer.from(await mm.users.getImage('u')), bytes);
});

test('plugins and the like are asked by plain requests, with the token and the care for what is repeated', async () => {
	await using stub = await stubServer(({ headers }, response) => {
		if (headers.authorization === 'Bearer t') return { fine: true };
		response.destroy();
		return undefined;
	});
	await using mm = new Mattermost({ url: `${stub.url}/chat`, token: 't', retryBackoffFactor: 0.001 });
	assert.deepEqual(await mm.http.get('/plugins/polls/api'), { fine: true });
	assert.equal(stub.requests[0]?.path, '/chat/plugins/polls/api');
	await assert.rejects(mm.http.put('/plugins/polls/api', { json: {}, token: 'other' }), isConnectionError);
	assert.equal(stub.requests.length, 2);
});

test('without a network: a transport of the test, like fetch', async () => {
	const mm = new Mattermost({ url: 'http://chat', token: 't', transport: async () => Response.json({ id: 'me' }) });
	assert.equal(await mm.botUserId(), 'me');
});

test('any of the routes can be asked, with its parameters by name', async () => {
	await using stub = await stubServer(({ method, path, query, json }) => ({ method, path, query, json }));
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	assert.deepEqual(
		await mm.request(
			'PUT /api/v4/teams/{team_id}/members/{user_id}/roles',
			{ team_id: 'a/b', user_id: 'c?d' },
			{ json: { roles: 'x' } },
		),
		{
			method: 'PUT',
			path: '/api/v4/teams/a%2Fb/members/c%3Fd/roles',
			query: {},
			json: { roles: 'x' },
		},
	);
	assert.deepEqual(await mm.request('GET /api/v4/recaps', {}, { params: { page: 1 } }), {
		method: 'GET',
		path: '/api/v4/recaps',
		query: { page: '1' },
	});
	await assert.rejects(mm.request('GET /api/v4/users/{user_id}', { user_id: '..' }), isValidationError);
});
