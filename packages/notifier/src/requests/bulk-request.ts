// The body of POST /api/notifications/bulk: one template, many people.
import { z } from 'zod';
import { RequestError } from '../errors/request-error.ts';
import type { Templates } from '../templates/registry.ts';
import { type GeneralRequest, type GeneralRequestInput, parseGeneralRequest } from './general-request.ts';
import { orMissing } from './messages.ts';
import { badRequest, parse } from './parse.ts';

/** People in one request. */
const most = 1_000;

/** Wrong fields told at once. */
const mostProblems = 50;

const bulkRequest = z.looseObject(
	{
		variables: z.record(z.string(), z.unknown(), { error: 'must be an object' }).default({}),
		recipients: z
			.array(
				z.looseObject(
					{ variables: z.record(z.string(), z.unknown(), { error: 'must be an object' }).default({}) },
					{ error: 'must be an object' },
				),
				{ error: orMissing('must be a list') },
			)
			.min(1, 'must not be empty')
			.max(most, `must be at most ${most}`),
	},
	{ error: 'the body must be a JSON object' },
);

/** What one person's part may say beside `to`; it goes before what is said for all. Variables are put together. */
type Own = Partial<Pick<GeneralRequestInput, 'variables' | 'locale' | 'key'>>;
const own = ['to', 'variables', 'locale', 'key'];

/** As a caller gives it. */
export type BulkRequestInput = Omit<GeneralRequestInput, 'to'> & {
	/** At most 1,000. */
	readonly recipients: readonly (Pick<GeneralRequestInput, 'to'> & Own)[];
};

/** @throws RequestError 400 that names every wrong field. */
export function parseBulkRequest(body: unknown, templates: Templates): GeneralRequest[] {
	const { recipients, ...shared } = parse(bulkRequest, body);
	const problems: Record<string, string> = {};
	if ('to' in shared) problems.to = 'belongs into recipients';
	const requests = recipients.map((recipient, index) => {
		const at = `recipients.${index}`;
		for (const name of Object.keys(recipient)) if (!own.includes(name)) problems[`${at}.${name}`] = 'is not known here';
		const given = Object.fromEntries(Object.entries(recipient).filter(([name]) => own.includes(name)));
		const variables = { ...shared.variables, ...recipient.variables };
		try {
			return parseGeneralRequest({ ...shared, to: undefined, ...given, variables }, templates);
		} catch (error) {
			if (!(error instanceof RequestError) || !error.fields) throw error;
			// What is said for all is wrong once; variables may be missing in one person's part.
			for (const [field, message] of Object.entries(error.fields)) {
				const isOwn = field === 'to' || field.startsWith('to.') || field.startsWith('variables.') || field in given;
				problems[isOwn ? `${at}.${field}` : field] ??= message;
			}
			return undefined;
		}
	});
	const wrong = Object.entries(problems);
	if (wrong.length > 0) throw badRequest(Object.fromEntries(wrong.slice(0, mostProblems)));
	return requests.filter((request) => request !== undefined);
}
