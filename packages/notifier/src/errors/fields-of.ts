import type { z } from 'zod';

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
