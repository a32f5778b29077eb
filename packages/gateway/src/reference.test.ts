// What the reference chat server answered, line by line (fixtures/reference.jsonl), against what we answer to the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type GraphQLAnswer, startWorld } from './testing/gateway-world.ts';

interface Exchange {
	readonly kind: 'http' | 'websocket';
	readonly name: string;
	readonly request: {
		readonly authorization?: string;
		readonly body: { query: string; variables?: Record<string, unknown> };
	};
	readonly response: { readonly status: number; readonly body: GraphQLAnswer<Record<string, unknown>> };
}

const exchanges = readFileSync(new URL('../fixtures/reference.jsonl', import.meta.url), 'utf8')
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line) as Exchange)
	.filter(({ kind }) => kind === 'http');

/** Whose shape is another here: each stands in docs/compat.md. */
const differs = [
	'userGetToken',
	'userGetToken second',
	'tokenAuth',
	'refreshToken',
	'refreshToken bad',
	'getMessageList',
];

/** Types and keys of a value; lists by their first element. */
function shape(value: unknown): unknown {
	if (Array.isArray(value)) return value.length > 0 ? [shape(value[0])] : [];
	if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

/** Our errors say a code besides. */
function withoutExtensions({ errors, ...answer }: GraphQLAnswer<unknown>): object {
	return { ...answer, ...(errors ? { errors: errors.map(({ extensions: _, ...error }) => error) } : {}) };
}

test('each recorded exchange is answered alike, but for the differences that are documented', async () => {
	await using world = await startWorld();
	const compat = readFileSync(new URL('../../../docs/compat.md', import.meta.url), 'utf8');
	const tokens = { eve: '', fay: '', refresh: '' };
	const found: string[] = [];
	for (const { name, request, response } of exchanges) {
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
		const alike =
			reply.status === response.status && isDeepStrictEqual(shape(withoutExtensions(answer)), shape(response.body));
		if (alike) continue;
		found.push(name);
		assert.match(
			compat,
			new RegExp(`\\| ${name} `),
			`docs/compat.md does not tell of "${name}": ${JSON.stringify(answer)}`,
		);
	}
	assert.deepEqual(found, differs);
});
