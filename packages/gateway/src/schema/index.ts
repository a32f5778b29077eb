// The schema: the reference's, and what goes beyond it. `packages/gateway/schema.graphql` shows all of it.
import type { GraphQLSchema } from 'graphql';
import type { Access } from '../access/access.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Channels } from '../chat/channels.ts';
import type { LastMessages } from '../chat/last-messages.ts';
import type { Messages } from '../chat/messages.ts';
import type { Site } from '../chat/site.ts';
import type { Subscriptions } from '../upstreams/subscriptions.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';
import { defineAccounts } from './accounts.ts';
import { checkArguments } from './arguments.ts';
import { makeBuilder } from './builder.ts';
import { defineChannelChanges } from './channel-changes.ts';
import { defineChannels } from './channels.ts';
import { defineMessages, defineMessageTypes } from './messages.ts';
import { definePage } from './page.ts';
import { definePeople } from './people.ts';
import { defineReactions } from './reactions.ts';
import { defineResponseBase } from './response-base.ts';
import { defineSubscriptions } from './subscriptions.ts';
import { defineTyping } from './typing.ts';
import { tellUpstreamErrors } from './upstream-errors.ts';

export interface SchemaParts {
	readonly access: Access;
	readonly accounts: Accounts;
	readonly channels: Channels;
	readonly lastMessages: LastMessages;
	readonly messages: Messages;
	readonly site: Site;
	readonly subscriptions: Subscriptions;
	readonly upstreams: Upstreams;
	readonly isStaff: (userId: string) => Promise<boolean>;
}

export function makeSchema(parts: SchemaParts): GraphQLSchema {
	const { accounts, isStaff } = parts;
	const builder = makeBuilder();
	builder.queryType({});
	builder.mutationType({});
	builder.subscriptionType({});
	const page = definePage(builder);
	const responseBase = defineResponseBase(builder);
	const user = definePeople(builder, { ...parts, page });
	const message = defineMessageTypes(builder, user);
	defineAccounts(builder, { accounts, isStaff, responseBase });
	defineMessages(builder, { ...parts, message, page, responseBase });
	defineReactions(builder, { ...parts, responseBase });
	const channel = defineChannels(builder, { ...parts, message, page, user });
	defineChannelChanges(builder, { ...parts, responseBase });
	defineTyping(builder, { ...parts, responseBase });
	defineSubscriptions(builder, { ...parts, channel, message, user });
	return tellUpstreamErrors(checkArguments(builder.toSchema()));
}
