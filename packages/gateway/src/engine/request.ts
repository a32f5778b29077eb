import { RequestError } from './errors.ts';

/** What a client asks for, whatever the transport. */
export interface GraphQLRequest {
	readonly query?: string;
	/** The id of a persisted document, in place of `query`. */
	readonly documentId?: string;
	readonly operationName?: string;
	readonly variables: Readonly<Record<string, unknown>>;
}

const noVariables = Object.freeze({});

/**
 * Checks the shape of a request. `null` counts as left out, as clients in many languages send it.
 * @throws RequestError naming the field that is wrong
 */
export function toRequest(body: unknown): GraphQLRequest {
	if (Array.isArray(body)) throw new RequestError('batches are not taken: send one operation a request');
	if (!isObject(body)) throw new RequestError('a request is a JSON object with "query"');
	const { query, operationName, variables, documentId, extensions } = body;
	const persisted = isObject(extensions) && isObject(extensions.persistedQuery) ? extensions.persistedQuery : undefined;
	const id = documentId ?? persisted?.sha256Hash;
	if (query != null && typeof query !== 'string') throw new RequestError('"query" must be a string');
	if (id != null && typeof id !== 'string') throw new RequestError('"documentId" must be a string');
	if (query == null && id == null) throw new RequestError('"query" is missing');
	if (operationName != null && typeof operationName !== 'string')
		throw new RequestError('"operationName" must be a string');
	if (variables != null && !isObject(variables)) throw new RequestError('"variables" must be an object');
	return {
		...(query == null ? {} : { query }),
		...(id == null ? {} : { documentId: id }),
		...(operationName ? { operationName } : {}),
		variables: variables ?? noVariables,
	};
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
