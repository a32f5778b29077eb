import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	buildSchema,
	type ExecutionResult,
	GraphQLError,
	type GraphQLFieldResolver,
	isObjectType,
	parse,
	validate,
} from 'graphql';
import { executor } from './executor.ts';

const schema = buildSchema(`
	type Query {
		user(id: ID = "u1"): User
		users(first: Int): [User]
		login(good: Boolean!): Login
		things: [Thing!]
		sum(of: [Int!]!, times: Times = TWICE): Int
		echo(value: Any): Any
		count(in: Range): Int
	}
	type Mutation { count: Int }
	enum Times { ONCE TWICE }
	scalar Any
	input Range { from: Int! }
	union Login = Token | Refusal
	type Token { token: String }
	type Refusal { message: String! }
	interface Thing { name: String! }
	type Box implements Thing { name: String! size: Int }
	type Ball implements Thing { name: String! colour: String }
	type User { id: ID! name: String! nick: String later: String broken: String required: String! friends: [User!] }
`);

let counted = 0;
const user = (id: string) => ({ id, name: `user ${id}` });
const resolvers: Record<string, Record<string, GraphQLFieldResolver<never, unknown>>> = {
	Query: {
		user: (_source, { id }: { id: string }) => user(id),
		users: async (_source, { first }: { first?: number }) => [user('1'), null, user('2')].slice(0, first ?? 3),
		login: (_source, { good }: { good: boolean }) =>
			good ? { __typename: 'Token', token: 't' } : { __typename: 'Refusal', message: null },
		things: () => [
			{ __typename: 'Box', name: 'box', size: 3 },
			{ __typename: 'Ball', name: 'ball', colour: 'red' },
		],
		sum: (_source, { of, times }: { of: number[]; times: string }) =>
			of.reduce((a, b) => a + b, 0) * (times === 'TWICE' ? 2 : 1),
		echo: (_source, { value }: { value: unknown }) => value,
	},
	Mutation: {
		count: async () => {
			const next = counted + 1;
			await new Promise((resolve) => setImmediate(resolve));
			counted = next;
			return next;
		},
	},
	User: {
		nick: () => null,
		later: async ({ id }: { id: string }) => `later ${id}`,
		broken() {
			throw new GraphQLError('broken on purpose', { extensions: { code: 'BROKEN' } });
		},
		required: async () => null,
		friends: ({ id }: { id: string }) => [user(`${id}a`), user(`${id}b`)],
	},
};
for (const [type, fields] of Object.entries(resolvers))
	for (const [name, resolve] of Object.entries(fields)) {
		const object = schema.getType(type);
		const field = isObjectType(object) ? object.getFields()[name] : undefined;
		if (field) field.resolve = resolve as GraphQLFieldResolver<unknown, unknown>;
	}

/** What a client gets: with errors in the order of their places, which execution does not promise. */
function asSent(result: ExecutionResult): unknown {
	const { data, errors } = JSON.parse(JSON.stringify(result));
	const place = (error: unknown) => JSON.stringify(error);
	return { data, errors: errors?.toSorted((a: unknown, b: unknown) => (place(a) < place(b) ? -1 : 1)) };
}

for (const [text, variables] of [
	['{user{id name nick later friends{id}}}'],
	['query($id:ID){user(id:$id){id}}', { id: 'x' }],
	['query($id:ID){user(id:$id){id}}'],
	['{a:user{broken name} b:users{id broken}}'],
	['{user{name required}}'],
	['{users{required}}'],
	['{yes:login(good:true){__typename ... on Token{token}} no:login(good:false){... on Refusal{message}}}'],
	['{things{__typename name ... on Box{size} ...ball}} fragment ball on Ball{colour}'],
	['query($v:[Int!]!,$t:Times){sum(of:$v,times:$t)}', { v: [1, 2], t: 'ONCE' }],
	['query($v:[Int!]!){sum(of:$v)}', { v: [1, 2] }],
	['query($skip:Boolean!){user{id @skip(if:$skip) name @include(if:$skip)}}', { skip: true }],
	['query($skip:Boolean!){user{id @skip(if:$skip) name @include(if:$skip)}}', { skip: false }],
	['query($v:Any){echo(value:$v)}', { v: { a: [1, 'b', null, { c: true }] } }],
	['{__typename __schema{queryType{name}} user{__typename}}'],
] as const)
	test(`a compiled document answers as an interpreted one does: ${text} ${JSON.stringify(variables ?? {})}`, async () => {
		const document = parse(text);
		assert.deepEqual(validate(schema, document), []);
		const execute = executor(schema, document, undefined);
		const interpreted = asSent(await execute(variables ?? {}, {}));
		let compiled: unknown;
		for (let i = 0; i < 20; i++) compiled = asSent(await execute(variables ?? {}, {}));
		assert.deepEqual(compiled, interpreted);
	});

test('the fields of a compiled mutation run one after the other', async () => {
	const execute = executor(schema, parse('mutation{a:count b:count c:count}'), undefined);
	for (let i = 0; i < 12; i++) {
		counted = 0;
		assert.deepEqual(asSent(await execute({}, {})), { data: { a: 1, b: 2, c: 3 }, errors: undefined });
	}
});

test('variables of a wrong type are refused, without data, before and after compilation', async () => {
	const execute = executor(schema, parse('query($v:[Int!]!){sum(of:$v)}'), undefined);
	for (let i = 0; i < 12; i++) {
		const result = await execute({ v: ['x'] }, {});
		assert.equal(result.data, undefined);
		assert.match(result.errors?.[0]?.message ?? '', /\$v.*Int cannot represent/s);
	}
});

test('refused variables are told in the same words before and after compilation', async () => {
	for (const [text, variables] of [
		['query($v:[Int!]!){sum(of:$v)}', { v: ['x'] }],
		['query($v:[Int!]!){sum(of:$v)}', { v: [null] }],
		['query($v:[Int!]!){sum(of:$v)}', {}],
		['query($v:[Int!]!,$t:Times){sum(of:$v,times:$t)}', { v: [], t: 'TWIC' }],
		['query($r:Range){count(in:$r)}', { r: { frm: 1 } }],
		['query($r:Range){count(in:$r)}', { r: 1 }],
	] as const) {
		const execute = executor(schema, parse(text), undefined);
		const first = asSent(await execute(variables, {}));
		assert.match(JSON.stringify(first), /Variable/);
		for (let i = 0; i < 12; i++) assert.deepEqual(asSent(await execute(variables, {})), first);
	}
});
