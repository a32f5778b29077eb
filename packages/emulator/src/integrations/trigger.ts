// A trigger id lets an integration open a dialog for the user who has just used it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { newId } from '../ids.ts';

/** Milliseconds for which a trigger id is good. */
const lifetime = 3_000;

export function makeTrigger(userId: string, now: number): string {
	const text = `${newId()}:${userId}:${now}:`;
	return Buffer.from(text + signature(text)).toString('base64');
}

/** The user for whom a dialog may be opened; undefined where the id is made up or too old. */
export function triggeredBy(triggerId: string, now: number): { readonly userId: string } | 'expired' | 'invalid' {
	const parts = /^([a-z0-9]{26}:([a-z0-9]{26}):(\d{13}):)(.+)$/.exec(Buffer.from(triggerId, 'base64').toString());
	if (!parts) return 'invalid';
	const [, text = '', userId = '', at, sent = ''] = parts;
	const expected = Buffer.from(signature(text));
	const given = Buffer.from(sent);
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'invalid';
	return now - Number(at) > lifetime ? 'expired' : { userId };
}

// The emulator guards nothing: a fixed key is enough to tell its ids from made-up ones.
const signature = (text: string) => createHmac('sha256', 'emulator').update(text).digest('base64');
