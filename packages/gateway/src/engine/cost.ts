// What a document asks for, measured before anything is executed: levels, and a cost that grows with page sizes.
import {
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	type GraphQLCompositeType,
	type GraphQLField,
	type GraphQLSchema,
	getNamedType,
	getNullableType,
	isCompositeType,
	isListType,
	isUnionType,
	Kind,
	type OperationDefinitionNode,
	type SelectionSetNode,
	type ValueNode,
	valueFromASTUntyped,
} from 'graphql';
import type { FieldExtensions } from './engine.ts';

export type Variables = Readonly<Record<string, unknown>>;

export interface Measure {
	readonly depth: number;
	readonly cost: number;
	/** The largest page that is asked for. */
	readonly page: number;
	/** Whether other variables can change the cost and the page. */
	readonly varies: boolean;
}

/** Items that a list is taken to have where nothing says how many. */
const listSize = 10;

/** Measures an operation of a valid document. Fragments count wherever they are spread, but are walked once. */
export function measure(
	schema: GraphQLSchema,
	document: DocumentNode,
	operation: OperationDefinitionNode,
	variables: Variables,
): Measure {
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions)
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	const walked = new Map<string, Measure>();
	const nothing: Measure = { depth: 0, cost: 0, page: 0, varies: false };

	/** `paged`: the field around has a page size, so a list right inside is counted with it. */
	const level = (set: SelectionSetNode, parent: GraphQLCompositeType, paged: boolean): Measure => {
		let { depth, cost, page, varies } = nothing;
		for (const selection of set.selections) {
			const found =
				selection.kind === Kind.FIELD
					? field(selection, parent, paged)
					: selection.kind === Kind.INLINE_FRAGMENT
						? level(selection.selectionSet, typeNamed(selection.typeCondition?.name.value) ?? parent, paged)
						: fragment(selection.name.value, paged);
			depth = Math.max(depth, found.depth);
			cost += found.cost;
			page = Math.max(page, found.page);
			varies ||= found.varies;
		}
		return { depth, cost, page, varies };
	};
	const fragment = (name: string, paged: boolean): Measure => {
		const key = `${paged} ${name}`;
		let found = walked.get(key);
		if (!found) {
			const definition = fragments.get(name);
			const type = typeNamed(definition?.typeCondition.name.value);
			found = definition && type ? level(definition.selectionSet, type, paged) : nothing;
			walked.set(key, found);
		}
		return found;
	};
	const field = (node: FieldNode, parent: GraphQLCompositeType, paged: boolean): Measure => {
		const definition = fieldOf(parent, node.name.value);
		// __typename is free; __schema and __type have a switch of their own.
		if (!definition) return nothing;
		const { cost: own = 1, pageSize, defaultPageSize } = definition.extensions as FieldExtensions;
		const type = getNamedType(definition.type);
		const list = isListType(getNullableType(definition.type));
		const page = pageSize && pageOf(node, pageSize, operation, variables);
		const asked = { page: page?.size ?? 0, varies: page?.varies === true };
		if (!node.selectionSet || !isCompositeType(type)) return { depth: 1, cost: own, ...asked };
		const times = page?.size ?? defaultPageSize ?? (page || (list && !paged) ? listSize : 1);
		const inside = level(node.selectionSet, type, page !== undefined);
		return {
			depth: inside.depth + 1,
			cost: own + Math.max(times, 0) * inside.cost,
			page: Math.max(asked.page, inside.page),
			varies: asked.varies || inside.varies,
		};
	};
	const typeNamed = (name: string | undefined): GraphQLCompositeType | undefined => {
		const type = name === undefined ? undefined : schema.getType(name);
		return isCompositeType(type) ? type : undefined;
	};
	const root = schema.getRootType(operation.operation);
	return root ? level(operation.selectionSet, root, false) : nothing;
}

export function fieldOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
	return isUnionType(parent) ? undefined : parent.getFields()[name];
}

/** The page size that a field asks for, found along `path` through literals and variables. */
function pageOf(
	node: FieldNode,
	path: readonly string[],
	operation: OperationDefinitionNode,
	variables: Variables,
): { readonly size?: number; readonly varies: boolean } {
	const [first, ...rest] = path;
	let value: ValueNode | undefined = node.arguments?.find(({ name }) => name.value === first)?.value;
	for (;;) {
		if (value?.kind === Kind.VARIABLE) {
			const size = rest.reduce<unknown>(property, variableValue(value.name.value, operation, variables));
			return { varies: true, ...(typeof size === 'number' ? { size } : {}) };
		}
		if (value?.kind === Kind.INT) return { varies: false, size: Number(value.value) };
		const name = rest.shift();
		if (value?.kind !== Kind.OBJECT || name === undefined) return { varies: false };
		value = value.fields.find((field) => field.name.value === name)?.value;
	}
}

function variableValue(name: string, operation: OperationDefinitionNode, variables: Variables): unknown {
	if (Object.hasOwn(variables, name)) return variables[name];
	const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
	return definition?.defaultValue ? valueFromASTUntyped(definition.defaultValue) : undefined;
}

function property(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
