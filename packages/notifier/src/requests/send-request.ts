// The body of POST /api/notifications/send, as seed 004 has it.
import { z } from 'zod';
import { isDay } from '../timing/written.ts';
import { keyPart } from './key-part.ts';
import { orMissing } from './messages.ts';
import { parse } from './parse.ts';
import { planFields } from './plan-fields.ts';
import { username } from './username.ts';

export type Action = 'BORROW' | 'RETURN' | 'RENEWAL';

/** Applications number their users, devices and requests, or name them. */
const id = z.union(
	[
		z.int({ error: 'must be a whole number or a text' }).nonnegative(),
		z
			.string()
			.trim()
			.min(1, 'must not be empty')
			.max(128, 'must have at most 128 characters')
			.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters'),
	],
	{ error: 'must be a whole number or a text' },
);

const line = (most: number) =>
	z
		.string({ error: orMissing('must be a text') })
		.trim()
		.min(1, 'must not be empty')
		.max(most, `must have at most ${most} characters`);

const optionalLine = line(256)
	.nullish()
	.transform((value) => value ?? undefined);

/** A day, or a moment of it, as ISO 8601 writes it. */
const date = z
	.string({ error: orMissing('must be a date such as 2026-01-10') })
	.refine((text) => /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(text) && isDay(text.slice(0, 10)), {
		error: 'must be a date such as 2026-01-10',
		abort: true,
	});

const common = {
	userId: id,
	mattermostUsername: username,
	device: z.object(
		{
			id,
			name: line(256),
			assetTag: optionalLine,
			category: optionalLine,
			brand: optionalLine,
			model: optionalLine,
		},
		{ error: orMissing('must be an object') },
	),
	requestId: id,
	...planFields,
};

export const sendRequest = z.discriminatedUnion(
	'action',
	[
		z
			.object({ action: z.literal('BORROW'), ...common, startDate: date, endDate: date })
			.refine(({ startDate, endDate }) => startDate.slice(0, 10) <= endDate.slice(0, 10), {
				path: ['endDate'],
				error: 'must not be before startDate',
			}),
		z.object({ action: z.literal('RETURN'), ...common, returnDate: date }),
		z.object({ action: z.literal('RENEWAL'), ...common, previousEndDate: date, newEndDate: date }),
	],
	{
		error: (issue) =>
			issue.code === 'invalid_union' ? 'must be BORROW, RETURN or RENEWAL' : 'the body must be a JSON object',
	},
);

/** As a caller gives it. */
export type SendRequestInput = z.input<typeof sendRequest>;
/** Checked: ids may be numbers or texts, the username is in lower case and without `@`. */
export type SendRequest = z.output<typeof sendRequest>;

/** Seed 004's idempotency key. */
export function notificationKey({
	action,
	requestId,
	userId,
}: Pick<SendRequest, 'action' | 'requestId' | 'userId'>): string {
	return `notification:${action}:${keyPart(requestId)}:${keyPart(userId)}`;
}

/** @throws RequestError 400 that names every wrong field. */
export function parseSendRequest(body: unknown): SendRequest {
	return parse(sendRequest, body);
}
