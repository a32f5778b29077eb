import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import Fastify from 'fastify';
import { buildSchema, GraphQLError } from 'graphql';
import pino from 'pino';
import { Registry } from 'prom-client';
import { createEngine } from '../../../packages/gateway/src/engine/create-engine.ts';
import { Subscribable } from '../../../packages/gateway/src/engine/engine.ts';
import { memoryTopics } from '../../../packages/gateway/src/nodes/memory.ts';

/** A gateway as the load test sees it; `deliver` says how often a message that was sent arrives. */
async function startGateway(deliver: (message: string) => number, { signUp = true } = {}) {
	const schema = buildSchema(`
		type Query { nothing: String }
		type Base { status: String message: String metadata: Metadata }
		scalar Metadata
		type ResponseWithToken { token: String message: String }
		type ResponseBase { message: String }
		union Login = ResponseWithToken | ResponseBase
		type Mutation {
			userCreate(username: String!, email: String!, password: String!): Base
			userGetToken(username: String!, password: String!): Login
			channelCreate(channelName: String!, members: [String]!): Base
			textMessageSend(channelIdentifier: String!, textMessage: String!): Base
		}
		type Message { message: String }
		type Heard { message: Message }
		type Subscription { onNewChatMessage(channelIdentifier: String!): Heard }
	`);
	const logger = pino({ level: 'silent' });
	const topics = memoryTopics({ logger });
	const passwords = new Map<string, string>();
	let sent = 0;
	const mutations = schema.getMutationType()?.getFields() ?? {};
	const resolvers: Record<string, (args: Record<string, string>) => unknown> = {
		userCreate({ username = '', password = '' }) {
			if (!signUp) throw new GraphQLError('Sign-up is closed.');
			passwords.set(username, password);
			return { status: 'OK' };
		},
		userGetToken: ({ username = '', password = '' }) =>
			passwords.get(username) === password
				? { __typename: 'ResponseWithToken', token: username }
				: { __typename: 'ResponseBase', message: 'Login Failed!' },
		channelCreate: ({ channelName }) => ({ metadata: { channel_id: `id of ${channelName}` } }),
		async textMessageSend({ channelIdentifier = '', textMessage = '' }) {
			for (let i = 0; i < deliver(textMessage); i++)
				await topics.publish(channelIdentifier, {
					type: 'event',
					key: String(sent++),
					event: { message: textMessage },
				});
			return { status: 'OK' };
		},
	};
	for (const [name, resolve] of Object.entries(resolvers)) {
		const field = mutations[name];
		if (field) field.resolve = (_root, args) => resolve(args);
	}
	const heard = schema.getSubscriptionType()?.getFields().onNewChatMessage;
	if (heard) {
		heard.subscribe = (_root, { channelIdentifier }) => new Subscribable({ topic: channelIdentifier });
		heard.resolve = (event) => ({ message: event });
	}
	const engine = createEngine({
		schema,
		topics,
		logger,
		metrics: new Registry(),
		async authenticate(authorization) {
			const userId = authorization.replace('JWT ', '');
			if (!passwords.has(userId)) throw new GraphQLError('Error decoding signature');
			return { userId, expiresAt: Date.now() + 60_000 };
		},
	});
	const app = Fastify({ forceCloseConnections: true });
	engine.routes(app);
	app.server.on('upgrade', (request, socket, head) => engine.upgrade(request, socket, head));
	await app.listen({ port: 0, host: '127.0.0.1' });
	return {
		url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
		async [Symbol.asyncDispose]() {
			await engine.close();
			await app.close();
		},
	};
}

async function loadtest(...args: string[]) {
	const child = spawn(process.execPath, [
		...process.execArgv.filter((arg) => !arg.startsWith('--test')),
		join(import.meta.dirname, '../loadtest.ts'),
		...args,
	]);
	const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
	return { code: code as number, stdout, stderr };
}

const small = ['--subscribers', '20', '--rate', '100', '--seconds', '0.2', '--grace', '60'];

for (const protocol of ['graphql-transport-ws', 'graphql-ws'])
	test(`over ${protocol}: a gateway that delivers everything once passes`, async () => {
		await using gateway = await startGateway(() => 1);
		const { code, stdout } = await loadtest(
			'--url',
			gateway.url,
			...small,
			'--protocol',
			protocol,
			'--users',
			'2',
			'--json',
		);
		const result = JSON.parse(stdout);
		assert.equal(code, 0);
		assert.equal(result.passed, true);
		assert.deepEqual(
			[result.sent, result.expected, result.delivered, result.lost, result.doubled],
			[20, 400, 400, 0, 0],
		);
	});

test('a lost message makes it fail, and is counted', async () => {
	await using gateway = await startGateway((message) => (message.includes(' 00000007 ') ? 0 : 1));
	// What is lost is waited for in vain.
	const { code, stdout } = await loadtest('--url', gateway.url, ...small, '--grace', '4', '--json');
	assert.equal(code, 1);
	assert.deepEqual([JSON.parse(stdout).lost, JSON.parse(stdout).doubled], [20, 0]);
});

test('a doubled message makes it fail, and is counted', async () => {
	await using gateway = await startGateway((message) => (message.includes(' 00000007 ') ? 2 : 1));
	const { code, stdout } = await loadtest('--url', gateway.url, ...small);
	assert.equal(code, 1);
	assert.match(stdout, /0 lost, 20 doubled/);
	assert.match(stdout, /FAILED/);
});

test('a token that the gateway refuses is said, with exit code 1', async () => {
	await using gateway = await startGateway(() => 1);
	const { code, stderr } = await loadtest('--url', gateway.url, ...small, '--token', 'forged', '--channel', 'general');
	assert.equal(code, 1);
	assert.match(stderr, /only 0 connected: a socket was closed with 4403 Error decoding signature \(20 times\)/);
});

test('more sockets than a gateway allows one user are shared by several; told to take one user, it says what stands in the way', async () => {
	await using gateway = await startGateway(() => 1);
	const many = ['--subscribers', '60', '--rate', '50', '--seconds', '0.1', '--grace', '60'];
	assert.equal((await loadtest('--url', gateway.url, ...many)).code, 0);
	const { code, stderr } = await loadtest('--url', gateway.url, ...many, '--users', '1');
	assert.equal(code, 1);
	assert.match(stderr, /only 50 connected: a socket was closed with 4429 .*"socketsPerUser"\) \(10 times\)/);
});

test('a gateway where nobody may sign up is said, and what to do', async () => {
	await using gateway = await startGateway(() => 1, { signUp: false });
	const { code, stderr } = await loadtest('--url', gateway.url, ...small);
	assert.equal(code, 1);
	assert.match(stderr, /could not sign up \(Sign-up is closed\.\): give --token or --username/);
});

test('a gateway that is not there is said, with exit code 1', async () => {
	const { code, stderr } = await loadtest('--url', 'http://127.0.0.1:9', ...small);
	assert.equal(code, 1);
	assert.match(stderr, /ECONNREFUSED|bad port/);
});

for (const [args, problem] of [
	[[], /--url is missing/],
	[['--url', 'ftp://x'], /http or https address/],
	[['--url', 'http://x', '--rate', 'fast'], /--rate must be a number above 0, not "fast"/],
	[['--url', 'http://x', '--subscribers', '1.5'], /--subscribers must be a whole number/],
	[['--url', 'http://x', '--protocol', 'soap'], /--protocol is/],
	[['--url', 'http://x', '--wat'], /--wat/],
] as const)
	test(`wrong options end with code 2 and say what is wrong: ${args.join(' ')}`, async () => {
		const { code, stderr } = await loadtest(...args);
		assert.equal(code, 2);
		assert.match(stderr, problem);
	});
