import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** N of scrypt, a power of two. 2^15 takes 32 MiB and about 70 ms here; the hash says what it was made with, so this may grow. */
export const defaultScryptCost = 32_768;

const blockSize = 8;
const parallelization = 1;
const hashLength = 32;

/** `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string, cost = defaultScryptCost): Promise<string> {
	const salt = randomBytes(16);
	const hash = await derive(password, salt, { N: cost, r: blockSize, p: parallelization });
	return ['scrypt', cost, blockSize, parallelization, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
	const [kind, N, r, p, salt, hash] = stored.split('$');
	if (kind !== 'scrypt' || !salt || !hash) throw new Error('a stored password hash is not one of ours');
	const expected = Buffer.from(hash, 'base64url');
	const actual = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
	return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** A password that nobody knows, for Mattermost: 256 bits, and of every kind of character that a server may ask for. */
export function randomPassword(): string {
	return `Aa1!${randomBytes(32).toString('base64url')}`;
}

function derive(password: string, salt: Buffer, { N = 0, r = 0, p = 0 }: ScryptOptions): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		// Node refuses more than 32 MiB unless told: scrypt needs 128 * N * r bytes and a little.
		const options = { N, r, p, maxmem: 256 * N * r };
		scrypt(password.normalize('NFC'), salt, hashLength, options, (error, key) =>
			error ? reject(error) : resolve(key),
		);
	});
}
