/**
 * The token in the payload of a connection_init (or of a ping or pong that renews it), wherever clients put it:
 * `headers.Authorization`, `Authorization`, `authToken`. Names are taken in any case, as HTTP does.
 */
export function tokenIn(payload: unknown): string | undefined {
	const fields = lowerCased(payload);
	const headers = lowerCased(fields.get('headers'));
	return [headers.get('authorization'), fields.get('authorization'), fields.get('authtoken')].find(
		(value): value is string => typeof value === 'string' && value !== '',
	);
}

function lowerCased(value: unknown): ReadonlyMap<string, unknown> {
	if (typeof value !== 'object' || value === null) return new Map();
	return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
}
