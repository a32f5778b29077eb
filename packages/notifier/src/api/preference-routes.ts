// How each person wants to be told: their language, time zone, quiet hours and direct messages.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Outbox } from '../outbox/outbox.ts';
import { dropPreferences, type Preferences, preferencesOf, savePreferences } from '../outbox/preferences.ts';
import { dmPolicies } from '../outbox/tables.ts';
import { ofBody, ofObject, orMissing } from '../requests/messages.ts';
import { parse } from '../requests/parse.ts';
import { parseUsername } from '../requests/username.ts';
import { isLocale } from '../templates/definition.ts';
import { parseTimeOfDay, writtenTimeOfDay } from '../timing/quiet-hours.ts';
import { isTimeZone } from '../timing/time-zone.ts';

const timeOfDay = z.string({ error: orMissing('must be a time of day such as 22:00') }).transform((text, context) => {
	const minutes = parseTimeOfDay(text);
	if (minutes !== undefined) return minutes;
	context.addIssue({ code: 'custom', message: 'must be a time of day such as 22:00' });
	return z.NEVER;
});

export const preferencesRequest = z.strictObject(
	{
		locale: z
			.string({ error: 'must be a language such as en or de-AT' })
			.refine(isLocale, 'must be a language such as en or de-AT')
			.nullish(),
		timeZone: z
			.string({ error: 'must be a time zone such as Europe/Vienna' })
			.refine(isTimeZone, 'must be a time zone such as Europe/Vienna')
			.nullish(),
		quietHours: z
			.strictObject({ start: timeOfDay, end: timeOfDay }, { error: ofObject('must have start and end') })
			.refine(({ start, end }) => start !== end, 'must not end when they start')
			.nullish(),
		directMessages: z.enum(dmPolicies, { error: 'must be after-first-message, always or never' }).nullish(),
	},
	{ error: ofBody },
);

export interface PreferenceRoutesOptions {
	readonly outbox: Outbox;
	/** What waits for someone may be due now. */
	readonly preferencesChanged: () => void;
}

export function preferenceRoutes(
	scope: FastifyInstance,
	{ outbox, preferencesChanged }: PreferenceRoutesOptions,
): void {
	const path = '/preferences/:username';
	scope.get(path, async (request) => {
		const name = nameIn(request);
		return { success: true, username: name, ...shown(await preferencesOf(outbox, name)) };
	});
	scope.put(path, async (request) => {
		const name = nameIn(request);
		const { locale, timeZone, quietHours, directMessages } = parse(preferencesRequest, request.body);
		const preferences: Preferences = {
			locale: locale ?? null,
			time_zone: timeZone ?? null,
			quiet_start: quietHours?.start ?? null,
			quiet_end: quietHours?.end ?? null,
			dm_policy: directMessages ?? null,
		};
		await savePreferences(outbox, name, preferences);
		preferencesChanged();
		return { success: true, username: name, ...shown(preferences) };
	});
	scope.delete(path, async (request) => {
		const name = nameIn(request);
		await dropPreferences(outbox, name);
		preferencesChanged();
		return { success: true, username: name, ...shown(null) };
	});
}

const nameIn = (request: FastifyRequest): string => parseUsername((request.params as { username: string }).username);

/** null: as the service does for everyone. */
function shown(preferences: Preferences | null) {
	const { locale = null, time_zone = null, quiet_start = null, quiet_end = null, dm_policy = null } = preferences ?? {};
	return {
		locale,
		timeZone: time_zone,
		quietHours:
			quiet_start === null || quiet_end === null
				? null
				: { start: writtenTimeOfDay(quiet_start), end: writtenTimeOfDay(quiet_end) },
		directMessages: dm_policy,
	};
}
