import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, { cost: number }, Buffer>(scrypt);

/** `cost.salt.hash`: the cost stands with it, so that a change of the setting leaves old passwords alone. */
export async function hashed(password: string, cost: number): Promise<string> {
	const salt = randomBytes(16);
	const hash = await derive(password, salt, 32, { cost });
	return `${cost}.${salt.toString('base64')}.${hash.toString('base64')}`;
}

/** For worlds that are built in one go. */
export function hashedAtOnce(password: string, cost: number): string {
	const salt = randomBytes(16);
	return `${cost}.${salt.toString('base64')}.${scryptSync(password, salt, 32, { cost }).toString('base64')}`;
}

export async function matches(password: string, stored: string): Promise<boolean> {
	const [cost, salt, hash] = stored.split('.');
	if (!cost || !salt || !hash) return false;
	const expected = Buffer.from(hash, 'base64');
	const given = await derive(password, Buffer.from(salt, 'base64'), expected.length, { cost: Number(cost) });
	return timingSafeEqual(given, expected);
}
