// The bodies of POST …/{id}/replies and PUT …/{id}/content: who it goes to is known.
import { z } from 'zod';
import type { Templates } from '../templates/registry.ts';
import type { Plan } from '../timing/plan.ts';
import { type Checked, checked, content, key } from './general-request.ts';
import { ofBody } from './messages.ts';
import { parse } from './parse.ts';
import { planFields, planOf } from './plan-fields.ts';

export const replyRequest = z.strictObject({ ...content, ...planFields, key: key.optional() }, { error: ofBody });
export const updateRequest = z.strictObject(content, { error: ofBody });

/** As a caller gives them. */
export type ReplyRequestInput = z.input<typeof replyRequest>;
export type UpdateRequestInput = z.input<typeof updateRequest>;

export interface Content extends Checked {
	readonly key: string | undefined;
	readonly plan: Plan;
}

/** @throws RequestError 400 that names every wrong field. */
export function parseReplyRequest(body: unknown, templates: Templates): Content {
	const { key, ...given } = parse(replyRequest, body);
	return { ...checked(given, templates), key, plan: planOf(given, Date.now()) };
}

/** @throws RequestError 400 that names every wrong field. */
export function parseUpdateRequest(body: unknown, templates: Templates): Checked {
	return checked(parse(updateRequest, body), templates);
}
