// What lets an account into Mattermost. It is kept sealed; these are its kinds.
import { z } from 'zod';
import type { Keyring } from './keys.ts';
import { seal, unseal } from './seal.ts';

const credential = z.discriminatedUnion('kind', [
	/** A personal access token that the administrator made for the user. */
	z.object({ kind: z.literal('token'), token: z.string(), tokenId: z.string() }),
	/** Where personal access tokens are off: a random password, and the session it gave. */
	z.object({ kind: z.literal('password'), password: z.string(), token: z.string() }),
	/** A Mattermost user's own token, or the session (`isSession`) that their password gave. It can't be renewed without the user. */
	z.object({ kind: z.literal('own'), token: z.string(), isSession: z.boolean().optional() }),
	/** Mattermost takes it no more. The user may log in with a Mattermost password again. */
	z.object({ kind: z.literal('lost') }),
]);

export type Credential = z.infer<typeof credential>;

export const sealCredential = (keyring: Keyring, accountId: string, value: Credential): string =>
	seal(keyring, JSON.stringify(value), accountId);

export const unsealCredential = (keyring: Keyring, accountId: string, sealed: string): Credential =>
	credential.parse(JSON.parse(unseal(keyring, sealed, accountId)));
