// What no argument of any field may hold, said once: text that PostgreSQL or UTF-8 can't, and ids that are none. So nothing that could never
// be one of its ids goes to Mattermost, nor into a path that it would refuse as too long.
import {
	defaultFieldResolver,
	type GraphQLArgument,
	type GraphQLField,
	type GraphQLFieldResolver,
	GraphQLID,
	type GraphQLSchema,
	getNamedType,
	isNonNullType,
} from 'graphql';
import { looksLikeId } from '../mattermost-id.ts';
import { RefusedError } from '../refused-error.ts';
import type { Context } from './builder.ts';

/** For arguments that are ids although their type is String, as the reference has it. Where they may be left out, '' is none as well. */
export const mattermostId = { mattermostId: true };

/** Wraps the fields that clients begin with. */
export function checkArguments(schema: GraphQLSchema): GraphQLSchema {
	for (const root of [schema.getQueryType(), schema.getMutationType()]) {
		for (const field of Object.values(root?.getFields() ?? {})) {
			field.resolve = checking(field, field.resolve ?? defaultFieldResolver);
		}
	}
	for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
		if (field.subscribe) field.subscribe = checking(field, field.subscribe);
	}
	return schema;
}

type Resolver = GraphQLFieldResolver<unknown, Context>;

function checking({ args: declared }: GraphQLField<unknown, Context>, resolve: Resolver): Resolver {
	if (declared.length === 0) return resolve;
	return (source, args, context, info) => {
		for (const argument of declared) check(argument, args[argument.name]);
		return resolve(source, args, context, info);
	};
}

function check(argument: GraphQLArgument, value: unknown): void {
	if (Array.isArray(value)) for (const item of value) check(argument, item);
	const fault = typeof value === 'string' ? faultOf(argument, value) : undefined;
	if (fault) throw new RefusedError(`${argument.name} ${fault}`, 'BAD_USER_INPUT');
}

function faultOf({ type, extensions }: GraphQLArgument, text: string): string | undefined {
	if (getNamedType(type) === GraphQLID || extensions.mattermostId) {
		const isNone = text === '' && !isNonNullType(type);
		if (!isNone && !looksLikeId(text)) return 'must be an id: 26 lower-case letters and digits.';
	}
	return faultOfText(text);
}

/** Why the text can be neither stored nor sent on; undefined: it can. */
export function faultOfText(text: string): string | undefined {
	if (text.includes('\0')) return 'has a NUL character in it, which can not be stored.';
	if (!text.isWellFormed()) return 'has half of a surrogate pair in it: that is no character.';
	return undefined;
}
