import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { Documents } from './documents.ts';
import { RequestError } from './errors.ts';
import { defaultLimits, type LimitOptions } from './limits.ts';

function schema(): GraphQLSchema {
	const built = buildSchema(`
		type Query { messages(page: Page, first: Int): Messages, me: User, users: [User] }
		input Page { pageSize: Int }
		type Messages { data: [Message], hasNext: Boolean }
		type Message { id: ID, text: String, owner: User }
		type User { name: String, friends: [User] }
		type Subscription { heard(channel: String!, after: String): Message }
	`);
	const extend = (type: string, field: string, extensions: object) => {
		const object = built.getType(type);
		if (!object || !('getFields' in object)) throw new Error(type);
		Object.assign(object.getFields()[field] ?? {}, { extensions });
	};
	extend('Query', 'messages', { pageSize: ['page', 'pageSize'], defaultPageSize: 60 });
	extend('Message', 'owner', { cost: 5 });
	extend('Subscription', 'heard', { startOnly: ['after'], shared: true });
	extend('Message', 'id', { shared: true });
	extend('Message', 'text', { shared: true });
	return built;
}

const documents = (limits: LimitOptions = {}, introspection = true) =>
	new Documents({ schema: schema(), limits: { ...defaultLimits, ...limits }, introspection });

function refusal(query: string, limits: LimitOptions = {}, variables: Record<string, unknown> = {}): string {
	try {
		documents(limits).find({ query, variables }).check(variables);
		return '';
	} catch (error) {
		assert.ok(error instanceof RequestError);
		return error.message;
	}
}

test('a document is parsed and checked once, whatever operation of it is asked', () => {
	const kept = documents();
	const query = 'query a {me{name}} query b {__typename}';
	const a = kept.find({ query, operationName: 'a', variables: {} });
	assert.equal(kept.find({ query, operationName: 'a', variables: {} }), a);
	assert.equal(kept.find({ query, operationName: 'b', variables: {} }).name, 'b');
	assert.deepEqual([kept.hits, kept.misses], [2, 1]);
});

test('a bad document is remembered too, so that sending it often costs no more than the first time', () => {
	const kept = documents();
	for (let i = 0; i < 3; i++) assert.throws(() => kept.find({ query: '{nothing}', variables: {} }), RequestError);
	assert.equal(kept.misses, 1);
});

const told = {
	depth: 'a document that is too deep is refused',
	aliases: 'a document with too many aliases is refused',
	tokens: 'a document of too many tokens is refused',
	cost: 'a document that costs too much is refused',
	pageSize: 'a page that is too long is refused',
};

for (const [limit, max, fits, tooMuch, message] of [
	[
		'depth',
		3,
		'{me{friends{name}}}',
		'{me{friends{friends{name}}}}',
		/4 levels deep; at most 3 are allowed \(limit "depth"\)/,
	],
	[
		'depth',
		3,
		'{me{...f}} fragment f on User{name}',
		'{me{...f}} fragment f on User{friends{friends{name}}}',
		/4 levels deep/,
	],
	[
		'aliases',
		2,
		'{a:me{name} b:me{name}}',
		'{a:me{name} b:me{name} c:me{name}}',
		/3 aliased or repeated fields; at most 2/,
	],
	['aliases', 2, '{me{name name name}}', '{me{name name name name}}', /3 aliased or repeated fields/],
	['tokens', 8, '{me{name}}', '{me{name name name name}}', /more tokens; at most 8/],
	['cost', 12, '{users{name}}', '{users{name} me{name}}', /costs 13; at most 12/],
	['cost', 481, '{messages{data{id owner{name}}}}', '{messages{data{id text owner{name}}}}', /costs 541/],
	[
		'cost',
		10,
		'{messages(page:{pageSize:3}){data{id text}}}',
		'{messages(page:{pageSize:4}){data{id text}}}',
		/costs 13/,
	],
	[
		'pageSize',
		50,
		'{messages(page:{pageSize:50}){hasNext}}',
		'{messages(page:{pageSize:51}){hasNext}}',
		/asks for a page of 51; at most 50/,
	],
] as const)
	test(`${told[limit]}: ${tooMuch}`, () => {
		assert.equal(refusal(fits, { cost: 481, [limit]: max }), '');
		assert.match(refusal(tooMuch, { [limit]: max }), message);
	});

test('page sizes are held to the limit and counted wherever they come from', () => {
	const whole = 'query($p:Page){messages(page:$p){data{id}}}';
	const inner = 'query($s:Int=60){messages(page:{pageSize:$s}){data{id}}}';
	assert.match(refusal(whole, { pageSize: 50 }, { p: { pageSize: 51 } }), /page of 51/);
	assert.match(refusal(inner, { pageSize: 50 }, { s: 51 }), /page of 51/);
	assert.match(refusal(inner, { pageSize: 50 }), /page of 60/);
	assert.match(refusal(whole, { cost: 20 }, { p: { pageSize: 10 } }), /costs 21/);
	assert.equal(refusal(whole, { cost: 20 }, { p: { pageSize: 9 } }), '');
	assert.equal(refusal(whole, { cost: 20 }, { p: { pageSize: -1_000 } }), '');
});

test('fragments that double at each level are counted without being walked so often', () => {
	const levels = 60;
	const fragments = Array.from({ length: levels }, (_, i) => `fragment f${i} on User{...f${i + 1} ...f${i + 1}}`);
	const query = `{me{...f0}} ${fragments.join(' ')} fragment f${levels} on User{name}`;
	const began = performance.now();
	assert.match(refusal(query), /limit "cost"/);
	assert.ok(performance.now() - began < 60_000);
});

const spreads = (count: number, from = 0) =>
	Array.from({ length: count }, (_, i) => `...f${(from + i) % (2 * count)}`).join(' ');
const fragments = (count: number, selection: (i: number) => string) =>
	Array.from({ length: count }, (_, i) => `fragment f${i} on User{${selection(i)}}`).join(' ');

test('the worst document that the token limit lets through is checked in a moment', () => {
	for (const query of [
		`{${'me{name}'.repeat(490)}}`,
		`{me{${'name '.repeat(1_990)}}}`,
		`{${Array.from({ length: 480 }, (_, i) => `a${i}:me{name}`).join(' ')}}`,
		`{me{${'...f '.repeat(600)}}} fragment f on User{name}`,
		`{me{name ${'@skip(if:false) '.repeat(240)}}}`,
		`{me{name ${'@a'.repeat(900)}}}`,
		`{me{${'...on User{name} '.repeat(240)} other}}`,
		`query(${Array.from({ length: 480 }, (_, i) => `$v${i}:Int`).join(' ')}){me{name}}`,
		`{messages(page:${'['.repeat(900)}${']'.repeat(900)}){hasNext}}`,
		`{messages(first:${'9'.repeat(250_000)}){hasNext}}`,
		`{me{${spreads(200)} other}} ${fragments(200, () => 'name')}`,
		`{me{...f0}} ${fragments(40, (i) => spreads(20, i))}`,
		`{me{nam}}${' '.repeat(1_000_000)}`,
		`{me{nam}}${'#\n'.repeat(500_000)}`,
		`{me(a:"""${' \n'.repeat(500_000)}"""){name}}`,
		`{me${'{friends'.repeat(900)}{name}${'}'.repeat(900)}}`,
	]) {
		const before = process.cpuUsage();
		assert.notEqual(refusal(query, { cost: 500 }), '');
		// Of the processor's time, for others may use it meanwhile; 80 ms were measured.
		const took = process.cpuUsage(before).user / 1_000;
		assert.ok(took < 2_000, `${query.slice(0, 40)} took ${took} ms`);
	}
});

test('a flood of different documents, good and bad, keeps a bounded number and a bounded length of text', () => {
	const many = documents({ documents: 100 });
	for (let i = 0; i < 1_000; i++) {
		many.find({ query: `query q${i}{me{name}}`, variables: {} });
		assert.throws(() => many.find({ query: `{nothing${i}}`, variables: {} }), RequestError);
	}
	assert.equal(many.size, 100);
	const long = documents();
	for (let i = 0; i < 30; i++) long.find({ query: `query q${i}{me{name}}${' '.repeat(199_000)}`, variables: {} });
	assert.equal(long.size, 5);
	long.find({ query: `{me{name}}${' '.repeat(1_000_000)}`, variables: {} });
	assert.equal(long.size, 5);
});

test('a document in use outlasts a flood of others', () => {
	const kept = documents({ documents: 100 });
	const query = '{me{name}}';
	const operation = kept.find({ query, variables: {} });
	for (let i = 0; i < 1_000; i++) {
		kept.find({ query: `query q${i}{me{name}}`, variables: {} });
		if (i % 50 === 0) kept.find({ query, variables: {} });
	}
	assert.equal(kept.find({ query, variables: {} }), operation);
});

test('odd page sizes in variables neither pass the limit nor make a document cheap', () => {
	const query = 'query($s:Int){messages(page:{pageSize:$s}){data{id}}}';
	for (const s of [1e9, Number.MAX_SAFE_INTEGER]) assert.match(refusal(query, {}, { s }), /limit "pageSize"/);
	// What is no number is refused when it is executed, and counts as the default until then.
	for (const s of [null, '1', true, [1], {}]) assert.match(refusal(query, { cost: 100 }, { s }), /costs 121/);
});

test('the start of a subscription is no part of its shape', () => {
	const kept = documents();
	const shape = (query: string) => kept.find({ query, variables: {} }).shape;
	const plain = shape('subscription($c:String!){heard(channel:$c){id}}');
	const after = shape('subscription ($c: String!, $a: String) { heard(channel: $c, after: $a) { id } }');
	const literal = shape('subscription($c:String!){heard(channel:$c,after:"x"){id}}');
	assert.equal(after?.text, plain?.text);
	assert.equal(literal?.text, plain?.text);
	assert.deepEqual(after?.variables, ['c']);
	assert.equal(plain?.shared, true);
});

test('a subscription is shared when every field of it says so, those in fragments and __typename included', () => {
	const kept = documents();
	const shared = (query: string) => kept.find({ query, variables: {} }).shape?.shared;
	assert.equal(shared('subscription{heard(channel:"c"){__typename ...m}} fragment m on Message{id text}'), true);
	assert.equal(shared('subscription{heard(channel:"c"){...m}} fragment m on Message{id owner{name}}'), false);
});
