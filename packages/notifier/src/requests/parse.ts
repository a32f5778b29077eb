import type { z } from 'zod';
import { fieldsOf } from '../errors/fields-of.ts';
import { RequestError } from '../errors/request-error.ts';

/** @throws RequestError 400 that names every wrong field. */
export function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
	const parsed = schema.safeParse(body);
	if (parsed.success) return parsed.data;
	throw badRequest(fieldsOf(parsed.error));
}

/** `fields`: what is wrong with each. */
export function badRequest(fields: Readonly<Record<string, string>>): RequestError {
	const sentences = Object.entries(fields).map(([field, message]) =>
		field === 'body' ? message : `${field} ${message}`,
	);
	return new RequestError(400, sentences.join('; '), fields);
}
