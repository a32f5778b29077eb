import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openStore } from '@matterkit/store';
import { startPostgres } from '@matterkit/testing';
import {
	buildSchema,
	type GraphQLArgument,
	type GraphQLField,
	getNamedType,
	isLeafType,
	isListType,
	isNonNullType,
} from 'graphql';
import {
	type GraphQLAnswer,
	logIn,
	password,
	startWorld,
	type World,
	type WorldOptions,
} from '../testing/gateway-world.ts';
import { codeOf } from '../testing/newcomers.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
const unlimited = { burst: 1_000_000, perMinute: 1_000_000 };
const options: WorldOptions = {
	accounts: { failedLoginsPerAccount: unlimited, failedLoginsPerAddress: unlimited, signUpsPerAddress: unlimited },
};

/** Never right, whatever the argument is for. */
const noText = ['a\0b', '\0', 'a\ud800', '\udc00a'];
/** Right for some arguments: what comes of them must be an answer or a refusal. */
const odd = [
	null,
	'',
	' ',
	'x'.repeat(5_000),
	'a1'.repeat(10_000),
	'\u0001\u007f\r\n',
	'..',
	'../../users/me',
	'%00',
	'x?y=1#z',
	'__proto__',
	'z'.repeat(26),
	`${'x'.repeat(60_000)}@example.com`,
	0,
	-1,
	2 ** 31 - 1,
	2 ** 31,
	1e308,
	1.5,
	true,
	[null],
	{ a: 1 },
	{ pageSize: -1, pageNumber: -1 },
	{ pageSize: 10, pageNumber: 2 ** 31 - 1 },
];

/** A document that asks for the field with this one value, and with what else it cannot do without. */
function asking(root: string, { name, args, type }: GraphQLField<unknown, unknown>, asked: GraphQLArgument) {
	const given = args.filter((argument) => argument === asked || isNonNullType(argument.type));
	const declared = given.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
	const passed = given.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
	const selected = isLeafType(getNamedType(type)) ? '' : ' { __typename }';
	return `${root.toLowerCase()} (${declared}) { ${name}(${passed})${selected} }`;
}

/** What these arguments are when another is what is wrong. */
const right = async (world: World, token: string): Promise<Record<string, unknown>> => {
	const { textMessageSend } = await world.data<{ textMessageSend: { metadata: { message_id: string } } }>(
		'mutation { textMessageSend(channelIdentifier: "general", textMessage: "hi") { metadata } }',
		{},
		token,
	);
	const messageId = textMessageSend.metadata.message_id;
	return {
		...{ id: messageId, messageId, userIds: [], emojiName: 'thumbsup', textMessage: 'hi', term: 'a' },
		...{ channelIdentifier: 'general', channelName: 'fresh', members: [], member: 'bob' },
		...{ username: 'newcomer', email: 'newcomer@example.com', password },
		...{ oldPassword: 'not-the-0ld-one!', newPassword: 'An0ther-secret!' },
	};
};

/** Asks with what is never right, and with `others`, for each argument of each field. */
async function askAll(world: World, others: readonly unknown[]): Promise<void> {
	const ada = await world.person('ada');
	await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const { userGetToken: admin } = await world.data<{ userGetToken: { token: string } }>(logIn, {
		username: 'admin',
		password: world.emulator.admin.password,
	});
	const base = await right(world, ada.token);
	for (const root of roots) {
		for (const field of Object.values(root?.getFields() ?? {})) {
			const token = field.name === 'invitationCreate' ? admin.token : ada.token;
			for (const argument of field.args) {
				const query = asking(root?.name ?? '', field, argument);
				const bad = takesText(argument) ? noText.map((text) => (takesList(argument) ? [text] : text)) : [];
				const refused = async (value: unknown) => {
					const what = `${field.name}(${argument.name}: ${JSON.stringify(value)?.slice(0, 50)})`;
					const { errors = [] } = await ask(world, query, { ...base, [argument.name]: value }, token);
					const code = codeOf({ errors });
					assert.ok(code !== 'INTERNAL_ERROR' && code !== 'UNAVAILABLE', `${what}: ${code}`);
					assert.doesNotMatch(JSON.stringify(errors), /\/api\/v4|https?:|127\.0\.0\.1|\.ts:\d/, what);
					return { what, code, message: errors[0]?.message ?? '' };
				};
				for (const { what, code, message } of await Promise.all(bad.map(refused))) {
					assert.equal(code, 'BAD_USER_INPUT', what);
					assert.match(message, new RegExp(`^${argument.name} `), what);
				}
				// A subscription that is right has no end.
				if (root?.name !== 'Subscription') await Promise.all(others.map(refused));
			}
		}
	}
}

const takesText = ({ type }: GraphQLArgument) => ['String', 'ID'].includes(getNamedType(type).name);
const takesList = ({ type }: GraphQLArgument) => isListType(isNonNullType(type) ? type.ofType : type);

/** Subscriptions go over SSE. */
async function ask(world: World, query: string, variables: object, token: string): Promise<GraphQLAnswer<unknown>> {
	if (!query.startsWith('subscription')) return world.graphql(query, variables, token);
	const response = await fetch(`${world.origin}/graphql/`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `JWT ${token}` },
		body: JSON.stringify({ query, variables }),
	});
	const [, told = ''] = /^data: (.+)$/m.exec(await response.text()) ?? [];
	return JSON.parse(told);
}

test('no value of any argument is an error of ours, or tells of Mattermost’s routes', async () => {
	await using world = await startWorld(options);
	await askAll(world, odd);
});

test('nor on PostgreSQL, which can not hold what SQLite can', async (t) => {
	await using opened = new AsyncDisposableStack();
	const postgres = await startPostgres();
	if (!postgres) return t.skip('PostgreSQL is not installed');
	opened.use(postgres);
	const store = opened.use(await openStore({ url: await postgres.createDatabase('arguments') }));
	await askAll(opened.use(await startWorld({ ...options, store })), []);
});

test('an id that can be none never reaches Mattermost', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const before = world.calls.length;
	for (const id of ['no id', 'X'.repeat(26), 'x'.repeat(5_000), '../posts', 'x'.repeat(27)]) {
		for (const document of [
			'query ($id: ID!) { message(id: $id) { id } }',
			'mutation ($id: ID!) { messageDelete(id: $id) { status } }',
			'query ($id: ID!) { presenceList(userIds: [$id]) { status } }',
			'mutation ($id: ID!) { reactionAdd(messageId: $id, emojiName: "tada") { status } }',
		]) {
			const answer = await world.graphql(document, { id }, ada.token);
			assert.equal(codeOf(answer), 'BAD_USER_INPUT');
			assert.match(answer.errors?.[0]?.message ?? '', /^\w+ must be an id: 26 lower-case letters and digits\.$/);
		}
		for (const argument of ['after', 'before']) {
			const document = `query ($id: String) { messages(channelIdentifier: "general", ${argument}: $id) { hasNext } }`;
			assert.match(
				(await world.graphql(document, { id }, ada.token)).errors?.[0]?.message ?? '',
				/ must be an id: 26 lower-case/,
			);
		}
	}
	assert.deepEqual(world.calls.slice(before), []);
	// Where it may be left out, an empty one is none.
	await world.data('{ messages(channelIdentifier: "general", after: "") { hasNext } }', {}, ada.token);
});
