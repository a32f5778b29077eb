import { randomFillSync } from 'node:crypto';

const alphabet = Buffer.from('ybndrfg8ejkmcpqxot1uwisza345h769', 'latin1');
const length = 26;

/** Random bytes for some hundreds of ids at once: one call of the generator for each id would cost more than the id. */
const pool = Buffer.allocUnsafe(length * 512);
let taken = pool.length;
const letters = Buffer.allocUnsafe(length);

/** A Mattermost id: 26 lower-case letters and digits. */
export function newId(): string {
	if (taken === pool.length) {
		randomFillSync(pool);
		taken = 0;
	}
	for (let at = 0; at < length; at++) letters[at] = alphabet[(pool[taken + at] ?? 0) & 31] ?? 0;
	taken += length;
	return letters.toString('latin1');
}

const form = /^[a-z0-9]{26}$/;

export function isId(text: unknown): text is string {
	return typeof text === 'string' && form.test(text);
}
