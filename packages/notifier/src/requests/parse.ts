import type { z } from 'zod';
import { RequestError } from '../errors/request-error.ts';

/** What is wrong with each field, by its path (`to.email`); of the whole: `body`. */
export function fieldsOf({ issues }: z.ZodError): Record<string, string> {
	const fields: Record<string, string> = {};
	for (const issue of issues) {
		if (issue.code === 'unrecognized_keys')
			for (const key of issue.keys) fields[[...issue.path, key].join('.')] ??= 'is not known';
		else fields[issue.path.join('.') || 'body'] ??= issue.message;
	}
	return fields;
}

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
