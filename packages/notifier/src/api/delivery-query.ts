// What the list takes as its query, and replaying many as its body.
import { z } from 'zod';
import { type State, states } from '../outbox/states.ts';
import type { DeliveryFilter } from '../reporting/deliveries.ts';
import { defined } from '../requests/defined.ts';
import { badRequest, parse } from '../requests/parse.ts';
import { moment } from '../requests/plan-fields.ts';
import { cursor } from './cursor.ts';

const isState = (text: string): text is State => (states as readonly string[]).includes(text);

/** One or several, with commas between. */
const status = z.string({ error: `must be of ${states.join(', ')}` }).transform((text, context) => {
	const given = text.split(',').map((state) => state.trim());
	if (given.every(isState)) return given;
	context.addIssue({ code: 'custom', message: `must be of ${states.join(', ')}, with commas between` });
	return z.NEVER;
});

const text = z
	.string({ error: 'must be a text' })
	.min(1, 'must not be empty')
	.max(300, 'must have at most 300 characters');

const filter = {
	recipient: text.transform((name) => name.replace(/^@/, '').toLowerCase()).optional(),
	template: text.optional(),
	key: text.optional(),
	since: moment.optional(),
	until: moment.optional(),
};

const limit = (most: number, usual: number) =>
	z
		.union(
			[
				z
					.string()
					.regex(/^[1-9]\d{0,4}$/)
					.transform(Number),
				z.int(),
			],
			{
				error: `must be a whole number from 1 to ${most}`,
			},
		)
		.refine((value) => value >= 1 && value <= most, { error: `must be a whole number from 1 to ${most}` })
		.default(usual);

const page = {
	limit: limit(1_000, 100),
	cursor: cursor.optional(),
};

/** `after`: `next` of the page before. */
export const afterQuery = z.strictObject({
	limit: limit(1_000, 1_000),
	after: z.string({ error: 'must be a text' }).default('').describe('`next` of the page before'),
});
export const listQuery = z.strictObject({ ...filter, ...page, status: status.optional() });
export const pageQuery = z.strictObject(page);

/** @throws RequestError 400 that names every wrong parameter. */
export function parsePageQuery(query: unknown): { limit: number; before: string | undefined } {
	const { limit, cursor } = parse(pageQuery, query);
	return { limit, before: cursor };
}

/** @throws RequestError 400 that names every wrong parameter. */
export function parseListQuery(query: unknown): { filter: DeliveryFilter; limit: number; before: string | undefined } {
	const { limit, cursor, ...filter } = parse(listQuery, query);
	return { filter: defined(filter), limit, before: cursor };
}

/** Deliveries replayed by one request. */
export const mostReplayed = 1_000;

const ids = z
	.array(z.string({ error: 'must be texts' }), { error: 'must be a list of ids' })
	.min(1, 'must not be empty')
	.max(mostReplayed, `must be at most ${mostReplayed}`);

const ofIds = z.strictObject({ ids });
const ofAll = z.strictObject({
	...filter,
	all: z.literal(true, { error: 'must be true' }),
	limit: limit(mostReplayed, mostReplayed),
});

export const replayRequest = z.union([ofIds, ofAll]);

export type ReplayRequest =
	| { readonly ids: readonly string[] }
	| { readonly filter: DeliveryFilter; readonly limit: number };

/** @throws RequestError 400 that names every wrong field. */
export function parseReplayRequest(body: unknown): ReplayRequest {
	const has = (field: 'ids' | 'all') => typeof body === 'object' && body !== null && field in body;
	if (has('all')) {
		const { all: _, limit, ...filter } = parse(ofAll, body);
		return { filter: defined(filter), limit };
	}
	if (has('ids')) return parse(ofIds, body);
	throw badRequest({ body: 'must have ids, or all: true with what is to be replayed' });
}
