import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import {
	buildSchema,
	type GraphQLSchema,
	isEnumType,
	isInputObjectType,
	isObjectType,
	isUnionType,
	lexicographicSortSchema,
	printSchema,
} from 'graphql';
import { makeSchema, type SchemaParts } from './index.ts';

// The resolvers are not called here, so the parts may be missing.
const ours = lexicographicSortSchema(makeSchema({} as SchemaParts));
const reference = buildSchema(
	readFileSync(new URL('../../fixtures/reference-schema.graphql', import.meta.url), 'utf8'),
);

/** All that a client of the reference may rely on, one line each. */
function promises(schema: GraphQLSchema): string[] {
	return Object.values(schema.getTypeMap()).flatMap((type) => {
		if (type.name.startsWith('__')) return [];
		const own = `${type.constructor.name} ${type.name}`;
		if (isObjectType(type)) {
			return [
				own,
				...Object.values(type.getFields()).flatMap((field) => [
					`${type.name}.${field.name}: ${field.type}`,
					...field.args.map((argument) => `${type.name}.${field.name}(${argument.name}: ${argument.type})`),
				]),
			];
		}
		if (isInputObjectType(type)) {
			return [own, ...Object.values(type.getFields()).map((field) => `${type.name}.${field.name}: ${field.type}`)];
		}
		if (isUnionType(type)) return [own, ...type.getTypes().map((member) => `${type.name} | ${member.name}`)];
		if (isEnumType(type)) return [own, ...type.getValues().map((value) => `${type.name}.${value.name}`)];
		return [own];
	});
}

test('every type, field, argument and nullability of the reference is there', () => {
	const kept = new Set(promises(ours));
	assert.deepEqual(
		promises(reference).filter((promise) => !kept.has(promise)),
		[],
	);
});

test('no argument that the reference does not have is required', () => {
	const known = new Set(promises(reference));
	const theirs = new Set(promises(reference).map((promise) => promise.split('(')[0]?.split(':')[0]));
	const added = promises(ours).filter((promise) => /\(.*!\)$/.test(promise) && !known.has(promise));
	assert.deepEqual(
		added.filter((promise) => theirs.has(promise.split('(')[0])),
		[],
	);
});

test('the schema is the one that the repository shows in schema.graphql', () => {
	const file = new URL('../../schema.graphql', import.meta.url);
	const printed = `${printSchema(ours)}\n`;
	if (process.env.UPDATE_GOLDEN) writeFileSync(file, printed);
	assert.equal(printed, readFileSync(file, 'utf8'), 'UPDATE_GOLDEN=1 npm test … writes it anew');
});
