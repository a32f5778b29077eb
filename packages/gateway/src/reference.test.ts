// What the reference chat server answered, line by line (fixtures/reference.jsonl), against what we answer to the same. Where we answer
// otherwise, docs/compat.md says so, and nowhere else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type GraphQLAnswer, send, startWorld, type World } from './testing/gateway-world.ts';
import { RawSocket } from './testing/raw-socket.ts';

interface Exchange {
	readonly kind: 'http';
	readonly name: string;
	readonly request: {
		readonly authorization?: string;
		readonly body: { query: string; variables?: Record<string, unknown> };
	};
	readonly response: { readonly status: number; readonly body: GraphQLAnswer<Record<string, unknown>> };
}

interface Frame {
	readonly id?: string;
	readonly type: string;
	readonly payload?: { readonly data?: { onNewChatMessage?: { message: { message: string } } } | null };
}

type Step =
	| { readonly dir: 'open'; readonly protocol: string }
	| { readonly dir: 'out' | 'in'; readonly frame: Frame }
	| { readonly dir: 'close'; readonly code: number };

interface Conversation {
	readonly kind: 'websocket';
	readonly name: string;
	readonly upgradeAuthorization?: string;
	readonly frames: readonly Step[];
}

const recorded = readFileSync(new URL('../fixtures/reference.jsonl', import.meta.url), 'utf8')
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line) as Exchange | Conversation);

/** The names in the first column of the tables under a heading of docs/compat.md. */
function documented(heading: string): string[] {
	const page = readFileSync(new URL('../../../docs/compat.md', import.meta.url), 'utf8');
	const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
	const names = [...section.matchAll(/^\| (.+?) +\|/gm)].map(([, name = '']) => name);
	return names.filter((name) => recorded.some((each) => each.name === name));
}

/** Types and keys of a value; lists by their first element. */
function shape(value: unknown): unknown {
	if (Array.isArray(value)) return value.length > 0 ? [shape(value[0])] : [];
	if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

/** The value without what is another at each run or, as compat.md says, always: ids, times, tokens, the type of a plain message, quotation marks. */
function comparable(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(comparable);
	if (typeof value === 'number') return value > 1e9 ? 'seconds' : value;
	if (typeof value === 'string')
		return whatever.find(([, pattern]) => pattern.test(value))?.[0] ?? value.replaceAll("'", '"');
	if (value === null || typeof value !== 'object') return value;
	// The code of an error.
	const entries = Object.entries(value).filter(([key]) => key !== 'extensions');
	return Object.fromEntries(entries.map(([key, inner]) => [key, comparable(inner)]));
}

const whatever = [
	['an id', /^[a-z0-9]{26}$/],
	['a time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/],
	['plain', /^(str|text)$/],
	['a token', /^(<token>|ey[\w-]+\.[\w-]+\.[\w-]+|[\w-]{43})$/],
] as const;

test('each recorded exchange is answered alike, but for the differences that are documented', async () => {
	await using world = await startWorld();
	const tokens = { eve: '', refresh: '' };
	const found: { shape: string[]; values: string[] } = { shape: [], values: [] };
	for (const exchange of recorded) {
		if (exchange.kind !== 'http') continue;
		const { name, request, response } = exchange;
		const variables = { ...request.body.variables };
		if (variables.t === '<token>') variables.t = name.startsWith('refresh') ? tokens.refresh : tokens.eve;
		const token = request.authorization === undefined ? undefined : name.includes('bad token') ? 'x.y.z' : tokens.eve;
		const reply = await fetch(`${world.origin}/graphql/`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}) },
			body: JSON.stringify({ query: request.body.query, variables }),
		});
		const answer = (await reply.json()) as GraphQLAnswer<{ userGetToken?: { token: string; refreshToken: string } }>;
		const login = answer.data?.userGetToken;
		if (name === 'userGetToken' && login) Object.assign(tokens, { eve: login.token, refresh: login.refreshToken });
		const [ours, theirs] = [comparable(answer), comparable(response.body)];
		if (reply.status !== response.status || !isDeepStrictEqual(shape(ours), shape(theirs))) found.shape.push(name);
		else if (!isDeepStrictEqual(ours, theirs)) found.values.push(name);
	}
	assert.deepEqual(found, {
		shape: documented('Answers of another shape'),
		values: documented('Answers of other values'),
	});
});

test('each recorded conversation over a WebSocket goes alike, but for the differences that are documented', async () => {
	await using world = await startWorld();
	const eve = await world.person('evefzfn');
	await world.channel(eve.token, 'cmwpqg2o8');
	const found: string[] = [];
	for (const conversation of recorded) {
		if (conversation.kind !== 'websocket') continue;
		const theirs = conversation.frames.flatMap((step) => (step.dir === 'in' ? [comparable(step.frame)] : []));
		const ours = await replay(world, conversation, eve.token);
		if (!isDeepStrictEqual(ours, theirs)) found.push(conversation.name);
	}
	assert.deepEqual(found, documented('Conversations over WebSockets'));
});

/** What we send, until all is answered that the client sent: frames, and the code of a close that is not the client's wish. */
async function replay(world: World, { frames, upgradeAuthorization }: Conversation, token: string): Promise<unknown[]> {
	const heard: unknown[] = [];
	const options = upgradeAuthorization ? { headers: { authorization: `JWT ${token}` } } : {};
	await using socket = await RawSocket.open(world.socketUrl, 'graphql-ws', options);
	const next = async () => {
		const frame = (await socket.next()) as Frame;
		heard.push(comparable(frame));
		return frame;
	};
	const said = new Set<string>();
	let hasAck = false;
	for (const step of frames) {
		if (step.dir === 'open') assert.equal(socket.socket.protocol, step.protocol);
		if (step.dir === 'out') {
			socket.send(JSON.parse(JSON.stringify(step.frame).replace('<token>', token)));
			if (step.frame.type === 'connection_init') hasAck = (await next()).type === 'connection_ack';
		}
		const text = step.dir === 'in' && step.frame.payload?.data?.onNewChatMessage?.message.message;
		if (!text) continue;
		if (!said.has(text)) {
			const open = frames.filter((each) => each.dir === 'out' && each.frame.type === 'start').length;
			await world.listening(open);
			await world.data(send, { channel: 'cmwpqg2o8', text }, token);
			said.add(text);
		}
		await next();
	}
	const sent = frames.flatMap((step) => (step.dir === 'out' ? [step.frame] : []));
	const last: unknown = sent.at(-1);
	if (sent.at(-1)?.type === 'connection_terminate') assert.equal((await socket.closed).code, 1000);
	else if (typeof last === 'string') heard.push((await socket.closed).code);
	else if (hasAck) {
		// A mutation waits for all that was sent before it.
		socket.send({ id: 'end', type: 'start', payload: { query: 'mutation { verifyToken(token: "x") { payload } }' } });
		while ((await next()).id !== 'end');
		heard.pop();
	}
	return heard;
}
