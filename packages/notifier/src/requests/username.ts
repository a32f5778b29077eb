import { z } from 'zod';
import { orMissing } from './messages.ts';
import { parse } from './parse.ts';

/** Of a person in Mattermost, by its rules: with or without `@`, in any case. */
export const username = z
	.string({ error: orMissing('must be a text') })
	.trim()
	.transform((name) => name.replace(/^@/, '').toLowerCase())
	.refine((name) => /^[a-z0-9._-]{1,64}$/.test(name), { error: 'must be a Mattermost username' });

const named = z.object({ username });

/** @throws RequestError 400 */
export const parseUsername = (given: unknown): string => parse(named, { username: given }).username;
