// The body of POST /api/notifications: any template, to anyone.
import { z } from 'zod';
import { isId } from '../mattermost/chat.ts';
import { isLocale, type Template } from '../templates/definition.ts';
import type { Templates } from '../templates/registry.ts';
import { variableProblems } from '../templates/variables.ts';
import { parseDuration } from '../timing/duration.ts';
import type { Plan } from '../timing/plan.ts';
import { isTimeZone } from '../timing/time-zone.ts';
import { type Address, recipientAt } from './address.ts';
import { ofBody, ofObject, orMissing } from './messages.ts';
import { badRequest, parse } from './parse.ts';
import { planFields, planOf } from './plan-fields.ts';
import { username } from './username.ts';

const text = z.string({ error: orMissing('must be a text') }).trim();

const userId = text.refine(isId, {
	error: 'must be a Mattermost user id of 26 characters',
});
const email = z.email({ error: 'must be an e-mail address' }).max(128).toLowerCase();

const to = z
	.strictObject(
		{ username: username.optional(), userId: userId.optional(), email: email.optional() },
		{ error: orMissing('must have username, userId or email') },
	)
	.transform((given, context): Address => {
		const [address, ...more] = [
			...(given.username === undefined ? [] : [{ kind: 'username', username: given.username } as const]),
			...(given.userId === undefined ? [] : [{ kind: 'id', id: given.userId } as const]),
			...(given.email === undefined ? [] : [{ kind: 'email', email: given.email } as const]),
		];
		if (address && more.length === 0) return address;
		context.addIssue({ code: 'custom', message: 'must have exactly one of username, userId and email' });
		return z.NEVER;
	});

const variables = z.record(z.string(), z.unknown(), { error: 'must be an object' });

/** What a notification says, and in which language. */
export const content = {
	template: text.min(1, 'must not be empty'),
	/** Default: the highest. */
	version: z.int('must be a whole number above 0').min(1, 'must be a whole number above 0').optional(),
	variables: variables.default({}),
	/** Default: the person's own, see preferences; else the template's first. */
	locale: text.refine(isLocale, 'must be a language such as en or de-AT').optional(),
};

/** By which repeats are known, within the window: the same template, key and person is skipped. */
export const key = text
	.min(1, 'must not be empty')
	.max(200, 'must have at most 200 characters')
	.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters');

/** Collected with others of the same name, and told in one message. */
const digest = z.strictObject(
	{
		name: text.min(1, 'must not be empty').max(64, 'must have at most 64 characters').default('default'),
		/** From the first of them on. */
		window: z
			.string({ error: orMissing('must be a duration such as 10m') })
			.transform((given) => parseDuration(given) ?? Number.NaN)
			.refine((wait) => wait >= 1_000 && wait <= 86_400_000, 'must be a duration such as 10m, from 1s to 1440m'),
	},
	{ error: ofObject('must be an object with window') },
);

export const generalRequest = z.strictObject(
	{ ...content, ...planFields, to, key: key.optional(), digest: digest.optional() },
	{ error: ofBody },
);

export const previewRequest = z.strictObject(
	{
		...content,
		timeZone: text.optional(),
	},
	{ error: ofBody },
);

/** As a caller gives it. */
export type GeneralRequestInput = z.input<typeof generalRequest>;

export interface GeneralRequest extends Checked {
	readonly recipient: string;
	readonly key: string | undefined;
	readonly plan: Plan;
	readonly digest: { readonly name: string; readonly wait: number } | undefined;
}

/** A template that is there, with variables that fit. */
export interface Checked {
	readonly template: Template;
	/** As it was asked for; undefined: the highest. */
	readonly version: number | undefined;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly locale: string | undefined;
}

/** @throws RequestError 400 that names every wrong field. */
export function parseGeneralRequest(body: unknown, templates: Templates): GeneralRequest {
	const { to, key, digest, ...content } = parse(generalRequest, body);
	if (digest)
		for (const field of Object.keys(planFields) as (keyof typeof planFields)[])
			if (content[field] !== undefined) throw badRequest({ [field]: 'does not go with digest' });
	return {
		...checked(content, templates),
		recipient: recipientAt(to),
		key,
		plan: planOf(content, Date.now()),
		digest: digest && { name: digest.name, wait: Math.ceil(digest.window) },
	};
}

/** @throws RequestError 400 that names every wrong field. */
export function parsePreviewRequest(body: unknown, templates: Templates): Checked & { timeZone: string | undefined } {
	const { timeZone, ...content } = parse(previewRequest, body);
	if (timeZone !== undefined && !isTimeZone(timeZone))
		throw badRequest({ timeZone: 'must be a time zone such as Europe/Vienna' });
	return { ...checked(content, templates), timeZone };
}

interface Content {
	readonly template: string;
	readonly version?: number | undefined;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly locale?: string | undefined;
}

/** @throws RequestError 400 that names every wrong field. */
export function checked({ template: name, version, variables, locale }: Content, templates: Templates): Checked {
	const template = templates.find(name, version);
	if (!template) {
		const isKnown = templates.find(name) !== undefined;
		throw badRequest(isKnown ? { version: `of ${name} is not known` } : { template: `${name} is not known` });
	}
	const problems = Object.entries(variableProblems(template.variables, variables));
	if (problems.length > 0)
		throw badRequest(Object.fromEntries(problems.map(([name, message]) => [`variables.${name}`, message])));
	// In one order: a repeat with an Idempotency-Key may write them in another.
	const ordered = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
	return { template, version, variables: Object.fromEntries(ordered), locale };
}
