// When and how a notification goes out: fields that every sending endpoint takes in its body.
import { z } from 'zod';
import { parseDuration } from '../timing/duration.ts';
import type { Plan } from '../timing/plan.ts';
import { priorities } from '../timing/priority.ts';
import { defined } from './defined.ts';
import { ofObject } from './messages.ts';
import { badRequest } from './parse.ts';

/** Milliseconds since 1970. */
export const moment = z
	.string({ error: 'must be a time such as 2026-01-10T08:30:00Z' })
	.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/, {
		error: 'must be a time such as 2026-01-10T08:30:00Z',
	})
	.transform(Date.parse)
	.refine((time) => !Number.isNaN(time), { error: 'must be a time such as 2026-01-10T08:30:00Z' });

const duration = (longest: number) =>
	z
		.string({ error: 'must be a duration such as 500ms, 30s or 5m' })
		.transform((text) => parseDuration(text) ?? Number.NaN)
		.refine((milliseconds) => milliseconds >= 100 && milliseconds <= longest, {
			error: `must be a duration such as 500ms, 30s or 5m, from 100ms to ${longest / 60_000}m`,
		});

export const planFields = {
	/** Not before this time. One that is over is at once. */
	sendAt: moment.optional(),
	/** Not after this time: then it ends as expired. One that is over ends at once. */
	expiresAt: moment.optional(),
	priority: z.enum(priorities, { error: `must be ${priorities.join(', ')}` }).optional(),
	retry: z
		.strictObject(
			{
				/** 0: never given up. */
				attempts: z
					.int('must be a whole number from 0 to 1000')
					.min(0, 'must be a whole number from 0 to 1000')
					.max(1000, 'must be a whole number from 0 to 1000')
					.optional(),
				firstWait: duration(3_600_000).optional(),
				longestWait: duration(86_400_000).optional(),
			},
			{ error: ofObject('must be an object') },
		)
		.optional(),
};

type Fields = { readonly [Name in keyof typeof planFields]?: z.output<(typeof planFields)[Name]> };

/** Milliseconds that something may be scheduled ahead. */
const furthest = 366 * 86_400_000;

/**
 * What has expired by now is no fault: the same request, asked again for its answer, must be answered.
 * @throws RequestError 400 that names the field.
 */
export function planOf({ sendAt, expiresAt, priority, retry }: Fields, now: number): Plan {
	if (sendAt !== undefined && sendAt > now + furthest) throw badRequest({ sendAt: 'must be within a year' });
	if (expiresAt !== undefined && sendAt !== undefined && expiresAt <= sendAt)
		throw badRequest({ expiresAt: 'must be after sendAt' });
	return {
		...(sendAt !== undefined && { sendAt }),
		...(expiresAt !== undefined && { expiresAt }),
		...(priority !== undefined && { priority }),
		...(retry !== undefined && { retry: defined(retry) }),
	};
}
