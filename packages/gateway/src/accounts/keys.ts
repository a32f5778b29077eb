// Keys for signing and sealing, derived from the configured secret. Each key has an id that goes with what it made, so that the secret
// can be rotated: the first secret makes, all of them read.
import { createHash, hkdfSync } from 'node:crypto';

export interface Key {
	readonly id: string;
	/** 32 bytes. */
	readonly bytes: Uint8Array;
}

export interface Keyring {
	readonly current: Key;
	find(id: string): Key | undefined;
}

export type Purpose = 'sign' | 'seal';

/** @param secrets the current one first, then those that are still read. */
export function makeKeyring(secrets: readonly string[], purpose: Purpose): Keyring {
	const keys = secrets.map((secret) => deriveKey(secret, purpose));
	const current = keys[0];
	if (!current) throw new TypeError('a keyring needs a secret');
	return { current, find: (id) => keys.find((key) => key.id === id) };
}

function deriveKey(secret: string, purpose: Purpose): Key {
	const bytes = new Uint8Array(hkdfSync('sha256', secret, 'matterkit gateway', purpose, 32));
	// The id is public: a hash of the derived key, which tells nothing of it.
	return { id: createHash('sha256').update(bytes).digest('base64url').slice(0, 8), bytes };
}
