import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Variables } from './cost.ts';
import type { JsonObject } from './engine.ts';

/** `root` is the event of a subscription. */
export type Execute = (
	variables: Variables,
	context: object,
	root?: JsonObject,
) => ExecutionResult | Promise<ExecutionResult>;

/** Executions by graphql-js before a document is compiled: compiling takes as long as about 30 of them, and many documents are sent once. */
const compileAfter = 10;

/**
 * Executes one operation of a valid document. One that is asked again and again is compiled to JavaScript (graphql-jit):
 * a list of 20 channels then takes a third of the time.
 */
export function executor(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): Execute {
	const interpreted: Execute = (variableValues, contextValue, rootValue) =>
		execute({ schema, document, operationName, variableValues, contextValue, rootValue }) as ReturnType<Execute>;
	let uses = 0;
	let run: Execute = (variables, context, root) => {
		if (++uses > compileAfter) run = compiled(schema, document, operationName, interpreted) ?? interpreted;
		return interpreted(variables, context, root);
	};
	return (variables, context, root) => run(variables, context, root);
}

/** undefined: graphql-jit can't. */
function compiled(
	schema: GraphQLSchema,
	document: DocumentNode,
	operationName: string | undefined,
	interpreted: Execute,
): Execute | undefined {
	const query = compileQuery(schema, document, operationName);
	if (!isCompiledQuery(query)) return undefined;
	return (variables, context, root) => {
		const result = query.query(root, context, variables) as ReturnType<Execute>;
		// Without data nothing was executed: variables were refused, and graphql-js has better words for why.
		return result instanceof Promise || result.data !== undefined ? result : interpreted(variables, context, root);
	};
}
