// Events are executed once for all members of a channel. So whatever a subscription can ask for must not depend on who asks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GraphQLNamedType, getNamedType, isObjectType, isUnionType, Kind, parse } from 'graphql';
import type { Channel } from '../chat/channels.ts';
import { messageOf } from '../chat/message.ts';
import type { Person } from '../chat/person.ts';
import { sharedContext } from '../engine/context.ts';
import { shapeOf } from '../engine/shape.ts';
import type { ChannelEvent } from '../upstreams/channel-event.ts';
import { makeSchema, type SchemaParts } from './index.ts';

// Shared fields answer from the event alone, so the parts may be missing.
const schema = makeSchema({} as SchemaParts);

/** Everything that can be selected on the type, whatever lies beneath included. */
function everything(type: GraphQLNamedType): string {
	if (isUnionType(type)) {
		const members = type.getTypes().map((member) => `... on ${member.name} ${everything(member)}`);
		return `{ __typename ${members.join(' ')} }`;
	}
	if (!isObjectType(type)) return '';
	const fields = Object.values(type.getFields());
	return `{ ${fields.map((field) => `${type.name}_${field.name}: ${field.name} ${everything(getNamedType(field.type))}`).join(' ')} }`;
}

const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {}).map((field) => {
	const document = parse(
		`subscription { ${field.name}(channelIdentifier: "general") ${everything(getNamedType(field.type))} }`,
	);
	const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
	assert.ok(operation);
	return { name: field.name, shape: shapeOf(schema, document, operation) };
});

test('all that a subscription can ask for is the same for all members', () => {
	assert.deepEqual(
		subscriptions.map(({ name, shape }) => [name, shape.shared]),
		[
			['onChannelEvent', true],
			['onNewChatMessage', true],
		],
	);
});

const user: Person = {
	id: 'u1',
	username: 'ada',
	email: 'ada@example.com',
	isStaff: false,
	nickname: '',
	firstName: 'Ada',
	lastName: 'L.',
	isBot: false,
	isActive: true,
};
const channel: Channel = {
	id: 'c1',
	name: 'general',
	displayName: 'General',
	type: 'O',
	teamId: 't1',
	header: '',
	purpose: '',
};
const message = messageOf(
	{
		id: 'p1',
		user_id: 'u1',
		channel_id: 'c1',
		root_id: 'p0',
		message: 'hello',
		type: '',
		create_at: 1,
		update_at: 2,
		edit_at: 2,
		delete_at: 0,
		reply_count: 1,
		is_pinned: true,
		file_ids: ['f1'],
		metadata: {
			files: [{ id: 'f1', name: 'dot.png', size: 67, mime_type: 'image/png', width: 1, height: 1 }],
			reactions: [{ user_id: 'u1', emoji_name: 'wave', create_at: 3 }],
		},
	},
	user,
);
const channelId = 'c1';
const reaction = { channelId, messageId: 'p1', emojiName: 'wave', user };
const events: readonly ChannelEvent[] = [
	{ kind: 'posted', channelId, message },
	{ kind: 'edited', channelId, message },
	{ kind: 'deleted', channelId, messageId: 'p1', rootId: 'p0' },
	{ kind: 'reaction-added', ...reaction },
	{ kind: 'reaction-removed', ...reaction },
	{ kind: 'typing', channelId, rootId: 'p0', user },
	{ kind: 'joined', channelId, user },
	{ kind: 'left', channelId, user },
	{ kind: 'changed', channelId, channel },
];

for (const { name, shape } of subscriptions)
	for (const event of events.filter(({ kind }) => name === 'onChannelEvent' || kind === 'posted'))
		test(`every field of ${name} answers for ${event.kind} with a viewer whose every property throws`, async () => {
			const { data, errors } = await shape.execute({}, sharedContext(''), event);
			assert.deepEqual(errors, undefined);
			assert.match(JSON.stringify(data), /General|hello|p1|ada/);
		});
