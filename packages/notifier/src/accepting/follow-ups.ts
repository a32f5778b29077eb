// Notifications that follow an earlier one: a reply in its thread, or an update in its place ("approved" becomes "done").
import { RequestError } from '../errors/request-error.ts';
import { type Earlier, earlierOf, lastUpdateOf } from '../outbox/follow-ups.ts';
import type { State } from '../outbox/states.ts';
import { standingOf } from '../reporting/outcomes.ts';
import type { Content } from '../requests/follow-up-request.ts';
import { templateId } from '../templates/registry.ts';
import { type Notification, resultOf, type SendContext, type SendOptions, type SendResult, send } from './send.ts';

/** An update in such a state changed nothing, so the same one again is a new one. */
const failed: readonly State[] = ['dead', 'cancelled', 'expired'];

/**
 * Says something in the thread of an earlier notification, to the same person.
 * @throws RequestError 404, IdempotencyConflictError
 */
export async function reply(
	context: SendContext,
	id: string,
	{ template, version, variables, locale, key, plan }: Content,
	options?: SendOptions,
): Promise<SendResult> {
	const earlier = await known(context, id);
	const follows = { recipient: earlier.recipient, variables, locale, replyTo: id };
	const notification: Notification = {
		...follows,
		template: templateId(template),
		key: key === undefined ? `reply:${context.newId()}` : `reply:${id}:${key}`,
		request: { ...follows, name: template.name, version, key, ...plan },
		plan,
	};
	return send(context, notification, options);
}

/**
 * Puts another text into the place of an earlier notification's. The same text as the last one given is a repeat, whatever came of it but
 * a failure: so it may be asked for again until the answer arrives.
 * @throws RequestError 404, IdempotencyConflictError
 */
export async function update(
	context: SendContext,
	id: string,
	{ template, version, variables, locale }: Omit<Content, 'key' | 'plan'>,
	options: SendOptions = {},
): Promise<SendResult> {
	const earlier = await known(context, id);
	// What stands in the place of another has no place of its own.
	const updates = earlier.updates ?? id;
	const content = { template: templateId(template), variables, locale };
	const last = await lastUpdateOf(context.outbox, updates);
	const isSame =
		last !== undefined &&
		!failed.includes(last.state) &&
		last.template === content.template &&
		last.variables === JSON.stringify(variables) &&
		last.locale === (locale ?? null);
	if (isSame && options.idempotencyKey === undefined) {
		const { outbox, outcomes } = context;
		if (options.wait) await outcomes.wait(last.id, options.wait, options.signal);
		return resultOf(last.id, await standingOf(outbox, last.id), { key: last.key, skipped: true });
	}
	const notification: Notification = {
		...content,
		recipient: earlier.recipient,
		key: `update:${updates}:${context.newId()}`,
		updates,
		request: { name: template.name, version, variables, locale, updates },
	};
	return send(context, notification, options);
}

async function known({ outbox }: SendContext, id: string): Promise<Earlier> {
	const earlier = await earlierOf(outbox, id);
	if (!earlier) throw new RequestError(404, `there is no notification ${id}, or it is older than the retention`);
	return earlier;
}
