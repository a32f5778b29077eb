import {
	type DocumentNode,
	type FieldNode,
	type GraphQLSchema,
	Kind,
	type OperationDefinitionNode,
	print,
	stripIgnoredCharacters,
	TypeInfo,
	visit,
	visitWithTypeInfo,
} from 'graphql';
import { fieldOf } from './cost.ts';
import type { FieldExtensions } from './engine.ts';
import { type Execute, executor } from './executor.ts';

/** What subscribers must have in common to be served together. */
export interface Shape {
	/** The document without the arguments that only say where to begin. */
	readonly text: string;
	/** Executes it for one event. */
	readonly execute: Execute;
	/** The variables that are left in it, in order of name. */
	readonly variables: readonly string[];
	/** Every field in it says that it is the same for all viewers of a class. */
	readonly shared: boolean;
}

/** The shape of a valid subscription. */
export function shapeOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Shape {
	const startOnly = startOnlyArguments(schema, operation);
	const stripped = visit(document, {
		OperationDefinition: (node) => (node === operation ? undefined : null),
		Field: {
			enter(node) {
				const names = startOnly(node);
				if (names.length === 0) return undefined;
				return { ...node, arguments: node.arguments?.filter(({ name }) => !names.includes(name.value)) ?? [] };
			},
		},
	});
	const used = new Set<string>();
	visit(stripped, {
		VariableDefinition: () => false,
		Variable: (node) => void used.add(node.name.value),
	});
	const executed: DocumentNode = visit(stripped, {
		VariableDefinition: (node) => (used.has(node.variable.name.value) ? false : null),
	});
	return {
		execute: executor(schema, executed, operation.name?.value),
		text: stripIgnoredCharacters(print(executed)),
		variables: [...used].sort(),
		shared: everyFieldShared(schema, executed),
	};
}

/** Gives for a field of the subscription's root the arguments that only say where to begin. */
function startOnlyArguments(schema: GraphQLSchema, operation: OperationDefinitionNode) {
	const root = schema.getSubscriptionType();
	return (node: FieldNode): readonly string[] => {
		if (!root || !operation.selectionSet.selections.includes(node)) return [];
		return (fieldOf(root, node.name.value)?.extensions as FieldExtensions | undefined)?.startOnly ?? [];
	};
}

function everyFieldShared(schema: GraphQLSchema, document: DocumentNode): boolean {
	const types = new TypeInfo(schema);
	let shared = true;
	visit(
		document,
		visitWithTypeInfo(types, {
			[Kind.FIELD](node: FieldNode) {
				if (node.name.value === '__typename') return;
				const extensions = types.getFieldDef()?.extensions as FieldExtensions | undefined;
				shared &&= extensions?.shared === true;
			},
		}),
	);
	return shared;
}
