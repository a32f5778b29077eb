// The one way from text to something that can be executed, for all transports: parse, limits, validate; kept for the next who sends the same text.
import {
	createSourceEventStream,
	type DocumentNode,
	type ExecutionResult,
	GraphQLError,
	type GraphQLSchema,
	Kind,
	NoSchemaIntrospectionCustomRule,
	type OperationDefinitionNode,
	parse,
	specifiedRules,
	validate,
	visit,
} from 'graphql';
import { Lru } from '../lru.ts';
import { type Measure, measure, type Variables } from './cost.ts';
import { limitError, RequestError } from './errors.ts';
import { executor } from './executor.ts';
import type { Limits } from './limits.ts';
import type { PersistedDocuments } from './persisted.ts';
import type { GraphQLRequest } from './request.ts';
import { type Shape, shapeOf } from './shape.ts';

export interface DocumentOptions {
	readonly schema: GraphQLSchema;
	readonly limits: Limits;
	readonly introspection: boolean;
	readonly persisted?: PersistedDocuments;
}

/** An operation of a document that passed. */
export interface Operation {
	readonly kind: 'query' | 'mutation' | 'subscription';
	readonly name: string | undefined;
	/** Of a subscription. */
	readonly shape: Shape | undefined;
	/** @throws RequestError when these variables ask for too much */
	check(variables: Variables): void;
	/** Executes a query or mutation. */
	execute(variables: Variables, context: object): ExecutionResult | Promise<ExecutionResult>;
	/** What the resolver of a subscription gives, or errors. */
	subscribe(variables: Variables, context: object): Promise<AsyncIterable<unknown> | ExecutionResult>;
}

/** Characters of text whose documents are kept, in all: a parsed document takes about 30 times as many bytes. */
const keptCharacters = 1_000_000;

export class Documents {
	readonly #options: DocumentOptions;
	readonly #kept: Lru<Checked>;
	hits = 0;
	misses = 0;

	constructor(options: DocumentOptions) {
		this.#options = options;
		this.#kept = new Lru({ entries: options.limits.documents, weight: keptCharacters });
	}

	/** Documents kept, the refused ones included. */
	get size(): number {
		return this.#kept.size;
	}

	/** @throws RequestError: what is wrong with the document, or that it isn't known */
	find(request: GraphQLRequest): Operation {
		const text = this.#text(request);
		let checked = this.#kept.get(text);
		if (checked) this.hits++;
		else {
			this.misses++;
			checked = check(text, this.#options);
			this.#kept.set(text, checked, text.length);
		}
		if (checked instanceof RequestError) throw checked;
		const operation = checked.get(request.operationName ?? '');
		if (operation) return operation;
		throw new RequestError(
			request.operationName
				? `the document has no operation "${request.operationName}"`
				: 'the document has several operations: say which by "operationName"',
		);
	}

	#text({ query, documentId }: GraphQLRequest): string {
		const { persisted } = this.#options;
		if (documentId !== undefined) {
			const text = persisted && Object.hasOwn(persisted.documents, documentId) && persisted.documents[documentId];
			if (text) return text;
			// The name that clients of automatic persisted queries look for before they send the text.
			if (query === undefined) throw new RequestError('PersistedQueryNotFound', { code: 'PERSISTED_QUERY_NOT_FOUND' });
		}
		if (persisted?.only)
			throw new RequestError('only persisted documents are taken here: send "documentId"', {
				code: 'PERSISTED_DOCUMENTS_ONLY',
			});
		return query ?? '';
	}
}

/** Operations by name; '' is what is meant without a name. Or what is wrong, which is kept as well. */
type Checked = ReadonlyMap<string, Operation> | RequestError;

function check(text: string, options: DocumentOptions): Checked {
	try {
		return checkedOperations(text, options);
	} catch (error) {
		if (error instanceof RequestError) return error;
		throw error;
	}
}

function checkedOperations(text: string, options: DocumentOptions): ReadonlyMap<string, Operation> {
	const { schema, limits, introspection } = options;
	const document = parsed(text, limits);
	// Before validation, whose time grows with the square of the fields of one name.
	checkAliases(document, limits);
	const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
	const errors = validate(schema, document, rules, { maxErrors: mostErrors });
	if (errors.length > 0) throw new RequestError(tellable(errors, introspection));

	const definitions = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
	const operations = new Map<string, Operation>();
	for (const definition of definitions) {
		const operation = toOperation(document, definition, options);
		operations.set(definition.name?.value ?? '', operation);
		if (definitions.length === 1) operations.set('', operation);
	}
	return operations;
}

function parsed(text: string, limits: Limits): DocumentNode {
	try {
		return parse(text, { maxTokens: limits.tokens });
	} catch (error) {
		if (!(error instanceof GraphQLError)) throw error;
		if (error.message.includes('Parsing aborted'))
			throw limitError('tokens', limits.tokens, 'the document has more tokens');
		throw new RequestError([error]);
	}
}

function checkAliases(document: DocumentNode, limits: Limits): void {
	let aliases = 0;
	visit(document, {
		Field(node) {
			if (node.alias) aliases++;
		},
		SelectionSet({ selections }) {
			const names = new Set<string>();
			for (const selection of selections) {
				if (selection.kind !== Kind.FIELD) continue;
				const name = (selection.alias ?? selection.name).value;
				if (names.has(name)) aliases++;
				names.add(name);
			}
		},
	});
	if (aliases > limits.aliases)
		throw limitError('aliases', limits.aliases, `the document has ${aliases} aliased or repeated fields`);
}

function toOperation(document: DocumentNode, definition: OperationDefinitionNode, options: DocumentOptions): Operation {
	const { schema, limits, introspection } = options;
	const operationName = definition.name?.value;
	const check = ({ depth, cost, page }: Measure) => {
		if (depth > limits.depth) throw limitError('depth', limits.depth, `the document is ${depth} levels deep`);
		if (page > limits.pageSize)
			throw limitError('pageSize', limits.pageSize, `the document asks for a page of ${page}`);
		if (cost > limits.cost) throw limitError('cost', limits.cost, `the document costs ${cost}`);
	};
	/** Refused variables are told as a refused document is. */
	const worded = <Result>(result: Result): Result | ExecutionResult =>
		isRefusal(result) ? { errors: tellable(result.errors, introspection) } : result;
	const execute = executor(schema, document, operationName);
	const fixed = measure(schema, document, definition, {});
	if (!fixed.varies) check(fixed);
	return {
		kind: definition.operation,
		name: operationName,
		execute(variables, contextValue) {
			const result = execute(variables, contextValue);
			return result instanceof Promise ? result : worded(result);
		},
		subscribe: async (variableValues, contextValue) =>
			worded(await createSourceEventStream({ schema, document, operationName, variableValues, contextValue })),
		shape: definition.operation === 'subscription' ? shapeOf(schema, document, definition) : undefined,
		check: (variables) => {
			if (fixed.varies) check(measure(schema, document, definition, variables));
		},
	};
}

/** Nothing was executed. */
function isRefusal(result: unknown): result is { readonly errors: readonly GraphQLError[] } {
	return typeof result === 'object' && result !== null && 'errors' in result && !('data' in result);
}

/** Of the errors of one request that many are told, and of each that many characters: graphql-js repeats whole variables in each of 50. */
const mostErrors = 20;
const longestMessage = 500;

/**
 * What a client is told of a refused document or refused variables. With introspection off, "Did you mean …" would tell the schema
 * piece by piece. What a resolver said, which has a path, is left as it is.
 */
function tellable(errors: readonly GraphQLError[], introspection: boolean): readonly GraphQLError[] {
	return errors.slice(0, mostErrors).map((error) => {
		if (error.path) return error;
		const whole = introspection ? error.message : error.message.replace(/ Did you mean .*$/s, '');
		const message = whole.length > longestMessage ? `${whole.slice(0, longestMessage)}…` : whole;
		return new GraphQLError(message, { nodes: error.nodes ?? null, source: error.source, positions: error.positions });
	});
}
