import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { said } from '../testing/chat-schema.ts';
import { startEngine } from '../testing/engine-server.ts';
import { Listener } from '../testing/listener.ts';
import { RawSocket } from '../testing/raw-socket.ts';

const jwt = { authorization: 'JWT u1' };

test('a query is answered over POST, with and without the slash', async () => {
	await using server = await startEngine();
	assert.deepEqual((await server.post({ query: '{whoAmI}' }, jwt)).body, { data: { whoAmI: 'u1' } });
	const response = await fetch(`${server.origin}/graphql`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: '{"query":"{__typename}","variables":null,"operationName":null,"extensions":null}',
	});
	assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
	assert.deepEqual(await response.json(), { data: { __typename: 'Query' } });
});

test('a body that is too large or no JSON is refused with a code and what to do', async () => {
	await using server = await startEngine();
	const post = async (body: string, type = 'application/json') => {
		const answer = await fetch(server.url, { method: 'POST', headers: { 'content-type': type }, body });
		return [answer.status, await answer.json()];
	};
	const [status, large] = await post(JSON.stringify({ query: `{hello} # ${'x'.repeat(262_144)}` }));
	assert.equal(status, 413);
	assert.deepEqual(large, {
		errors: [
			{
				message: 'the body has too many bytes; at most 262144 are allowed (limit "messageBytes")',
				extensions: { code: 'LIMIT_EXCEEDED', limit: 'messageBytes', max: 262_144 },
			},
		],
	});
	assert.deepEqual(await post('query=%7Bhello%7D', 'application/x-www-form-urlencoded'), [
		415,
		{ errors: [{ message: 'send the request as "Content-Type: application/json"' }] },
	]);
});

test('a query is answered over GET, a mutation is refused there with 405', async () => {
	await using server = await startEngine();
	const get = (parameters: Record<string, string>) => fetch(`${server.url}?${new URLSearchParams(parameters)}`);
	const query = 'query q($s:Int){userList(page:{pageSize:$s}){count}}';
	const answer = await get({ query, variables: '{"s":1}', operationName: 'q' });
	assert.equal(answer.status, 200);
	assert.equal(((await answer.json()) as { data: unknown }).data !== undefined, true);
	const refused = await get({ query: 'mutation{nothing}' });
	assert.equal(refused.status, 405);
	assert.equal(refused.headers.get('allow'), 'POST');
	assert.equal((await get({ query, variables: '{' })).status, 400);
	assert.equal((await get({})).status, 400);
	assert.equal((await get({ query, variables: '[]' })).status, 400);
	assert.equal((await get({ query, extensions: '{' })).status, 400);
	assert.equal((await fetch(`${server.url}?query={hello}&query={whoAmI}`)).status, 400);
	const named = 'query a{hello} mutation b{nothing}';
	assert.equal((await get({ query: named, operationName: 'a' })).status, 200);
	assert.equal((await get({ query: named, operationName: 'b' })).status, 405);
});

test('a missing or bad token is told by the field that wants one, with status 200, as recorded', async () => {
	await using server = await startEngine();
	const without = await server.post({ query: '{userList{data{username}}}' });
	assert.equal(without.status, 200);
	assert.deepEqual(without.body, {
		errors: [
			{
				message: 'You do not have permission to perform this action',
				locations: [{ line: 1, column: 2 }],
				path: ['userList'],
			},
		],
		data: { userList: null },
	});
	const bad = await server.post({ query: '{userList{data{username}}}' }, { authorization: 'JWT x.y.z' });
	assert.equal(bad.status, 200);
	assert.match(JSON.stringify(bad.body), /Error decoding signature/);
});

for (const [what, body, message] of [
	['a syntax error', { query: '{userList{' }, /^Syntax Error: Expected Name, found <EOF>\.$/],
	['an unknown field', { query: '{nothing}' }, /^Cannot query field "nothing" on type "Query"\.$/],
	[
		'variables of a wrong type',
		{ query: 'query($s:Int){userList(page:{pageSize:$s}){count}}', variables: { s: 'x' } },
		/Int cannot represent/,
	],
	[
		'a required variable left out',
		{ query: 'mutation($c:String!){textMessageSend(channelIdentifier:$c,textMessage:"x")}' },
		/was not provided/,
	],
	['no query', {}, /"query" is missing/],
	['a query that is no string', { query: 1 }, /"query" must be a string/],
	['a body that is no JSON', '{', /not JSON/],
	['an empty body', '', /JSON/],
	['a body that is null', 'null', /JSON object/],
	['variables that are a list', { query: '{hello}', variables: [] }, /"variables" must be an object/],
	['variables that are text', { query: '{hello}', variables: '{}' }, /"variables" must be an object/],
	['an operation name that is no text', { query: '{hello}', operationName: {} }, /"operationName" must be a string/],
	['a document without operation', { query: 'fragment f on Query{hello}' }, /Fragment "f" is never used/],
	['an empty document', { query: '' }, /Syntax Error/],
	['fragments in a circle', { query: '{...a} fragment a on Query{...b} fragment b on Query{...a}' }, /Cannot spread/],
	['a huge number', { query: `{userList(page:{pageSize:${'9'.repeat(400)}}){count}}` }, /Int cannot represent/],
	['a batch', [{ query: '{hello}' }], /one operation a request/],
	['an unknown operation name', { query: 'query a {hello} query b {hello}', operationName: 'c' }, /no operation "c"/],
	['several operations and no name', { query: 'query a {hello} query b {hello}' }, /"operationName"/],
	[
		'a subscription',
		{ query: 'subscription{onNewChatMessage(channelIdentifier:"a"){channelIdentifier}}' },
		/WebSocket/,
	],
] as const)
	test(`${what} is refused in one sentence`, async () => {
		await using server = await startEngine();
		const { status, body: answer } = await server.post(body);
		assert.equal(status, what === 'a subscription' ? 406 : 400);
		const { errors, ...rest } = answer as { errors: { message: string }[] };
		assert.match(errors[0]?.message ?? '', message);
		assert.deepEqual(rest, {});
	});

test('variables that are deep, wide or long are refused as any others, before and after compilation, over HTTP and sockets', async () => {
	await using server = await startEngine();
	await using socket = await Listener.of(server);
	const query = 'query($p:PageType){userList(page:$p){count}}';
	const subscription = 'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){channelIdentifier}}';
	const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
	const wide = `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join()}}`;
	for (let i = 0; i < 11; i++) {
		for (const value of [
			deep,
			`{"pageSize":${deep}}`,
			`{"pageSize":"${'x'.repeat(200_000)}"}`,
			...(i === 10 ? [wide] : []),
		]) {
			const { status, body } = await server.post(`{"query":"${query}","variables":{"p":${value}}}`, jwt);
			assert.equal(status, 400);
			assert.match(JSON.stringify(body), /"message":"Variable/);
			assert.ok(JSON.stringify(body).length < 15_000);
		}
	}
	for (const value of [deep, wide]) {
		const payload = `{"query":"${subscription}","variables":{"c":${value}}}`;
		socket.send(`{"id":"s","type":"subscribe","payload":${payload}}`);
		assert.match(JSON.stringify(await socket.next()), /"type":"error".*Variable/);
		socket.send(`{"id":"u","type":"subscribe","payload":{"query":"{hello}","variables":{"unused":${value}}}}`);
		assert.deepEqual(await socket.next(), { id: 'u', type: 'next', payload: { data: { hello: null } } });
		await socket.next();
	}
	assert.equal(server.log.length, 0);
});

test('a body that is too large is refused with 413, one of another type with 415', async () => {
	await using server = await startEngine({ limits: { messageBytes: 1_000 } });
	assert.equal((await server.post({ query: `{hello}${' '.repeat(1_000)}` })).status, 413);
	assert.equal((await server.post('{hello}', { 'content-type': 'text/plain' })).status, 415);
});

test('a failure of ours is told without its words, logged in full, and both carry the request id', async () => {
	await using server = await startEngine();
	const { status, body, headers } = await server.post({ query: '{broken}' }, { 'x-request-id': 'req-1' });
	assert.equal(status, 200);
	assert.deepEqual(body, {
		errors: [
			{
				message: 'An unknown error occurred.',
				locations: [{ line: 1, column: 2 }],
				path: ['broken'],
				extensions: { code: 'INTERNAL_ERROR', requestId: 'req-1' },
			},
		],
		data: { broken: null },
	});
	assert.equal(headers.get('x-request-id'), 'req-1');
	const logged = server.log.find((line) => line.includes('hunter2'));
	assert.match(logged ?? '', /"requestId":"req-1"/);
});

test('a request id that could break a log is replaced', async () => {
	await using server = await startEngine();
	const { body } = await server.post({ query: '{requestId}' }, { 'x-request-id': 'a b"{}' });
	assert.match(JSON.stringify(body), /"requestId":"[\w-]{14,}"/);
});

test('a client that asks for application/graphql-response+json gets it', async () => {
	await using server = await startEngine();
	const { headers } = await server.post({ query: '{hello}' }, { accept: 'application/graphql-response+json' });
	assert.equal(headers.get('content-type'), 'application/graphql-response+json; charset=utf-8');
});

test('a query whose client went away is told so by its signal', async () => {
	const entered = Promise.withResolvers<AbortSignal>();
	await using server = await startEngine({
		async slow(signal) {
			entered.resolve(signal);
			await once(signal, 'abort');
		},
	});
	const client = new AbortController();
	const asked = fetch(`${server.url}?query={slow}`, { signal: client.signal });
	const signal = await entered.promise;
	client.abort();
	await assert.rejects(asked, { name: 'AbortError' });
	await until('the signal is aborted', () => signal.aborted);
});

test('one cache of documents serves every transport', async () => {
	await using server = await startEngine();
	const query = 'subscription{onNewChatMessage(channelIdentifier:"general"){message{message}}}';
	await server.post({ query });
	const leave = new AbortController();
	const headers = { accept: 'text/event-stream', authorization: 'JWT u1' };
	await fetch(`${server.url}?${new URLSearchParams({ query })}`, { headers, signal: leave.signal });
	await using current = await Listener.of(server);
	await current.subscribe('a', query);
	await using legacy = await RawSocket.open(server.socketUrl, 'graphql-ws', { headers: jwt });
	legacy.send({ type: 'connection_init' }, { id: '1', type: 'start', payload: { query } });
	await until('all three listen', async () => /subscriptions 2/.test(await server.metrics.metrics()));
	await server.topics.publish('general', said('hello'));
	assert.match(JSON.stringify(await current.next()), /hello/);
	// And the mutation by which the listener settled.
	assert.equal(await server.metric('documents'), 2);
	assert.equal(await server.metric('cohorts'), 1);
	leave.abort();
});
