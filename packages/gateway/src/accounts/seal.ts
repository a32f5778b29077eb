// Sealing of what lets a user into Mattermost: AES-256-GCM, bound to the row it belongs to.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Key, Keyring } from './keys.ts';

export class SealError extends Error {
	override readonly name = 'SealError' as const;
}

/** @param owner what the text belongs to, e.g. an account id: a sealed text that is moved to another row does not open. */
export function seal(keyring: Keyring, text: string, owner: string): string {
	const key = keyring.current;
	const nonce = randomBytes(12);
	const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(Buffer.from(owner));
	const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
	return `${sealedWith(key)}${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
}

/** @throws SealError when the key is not known any more, or the text was changed or belongs to another owner. */
export function unseal(keyring: Keyring, sealed: string, owner: string): string {
	const [version, keyId = '', nonce = '', body = ''] = sealed.split('.');
	if (version !== 'v1') throw new SealError('a sealed text is of an unknown version');
	const key = keyring.find(keyId);
	if (!key)
		throw new SealError(
			`no secret for key ${keyId}: is the secret the one that it was sealed with? Give that one too, as a previous secret (previousSecrets, MATTERKIT_PREVIOUS_SECRET).`,
		);
	const bytes = Buffer.from(body, 'base64url');
	const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(nonce, 'base64url'), { authTagLength: 16 });
	decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-16));
	try {
		return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
	} catch {
		throw new SealError('a sealed text does not open: it was changed, or belongs to another account');
	}
}

/** How texts begin that were sealed with the key. */
export const sealedWith = (key: Key): string => `v1.${key.id}.`;
