// Keys of programs, with what each may do. Only the hash of a key is stored; the key itself is shown once, when it is made.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiKeyRow, findKey, insertKey, listKeyRows, revokeKey, touchKey } from '../outbox/api-keys.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { iso } from '../timing/written.ts';
import type { Scope } from './scopes.ts';

/** Times are ISO 8601, UTC. */
export interface ApiKeyView {
	readonly id: string;
	readonly name: string;
	readonly scopes: readonly Scope[];
	readonly createdAt: string;
	readonly expiresAt?: string;
	/** To the minute. */
	readonly lastUsedAt?: string;
	readonly revokedAt?: string;
}

export interface NewApiKey {
	readonly name: string;
	readonly scopes: readonly Scope[];
	/** Milliseconds since 1970. Default: it never runs out. */
	readonly expiresAt?: number | undefined;
}

/** `mkn_` tells scanners of leaked secrets what it is; then the id, and 256 random bits. */
const form = /^mkn_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** So many random bits need no slow hash: nobody can try them all. */
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** @returns the key, this once, and what is kept of it. */
export async function makeApiKey(
	outbox: Outbox,
	{ name, scopes, expiresAt }: NewApiKey,
): Promise<{ key: string } & ApiKeyView> {
	const id = randomBytes(8).toString('hex');
	const key = `mkn_${id}_${randomBytes(32).toString('base64url')}`;
	const row = await insertKey(outbox, {
		id,
		name,
		hash: hashOf(key),
		scopes: JSON.stringify([...new Set(scopes)]),
		expires_at: expiresAt ?? null,
	});
	return { key, ...viewOf(row) };
}

export async function listApiKeys(outbox: Outbox): Promise<ApiKeyView[]> {
	return (await listKeyRows(outbox)).map(viewOf);
}

/** @returns false: there is none, or it was revoked before. */
export function revokeApiKey(outbox: Outbox, id: string): Promise<boolean> {
	return revokeKey(outbox, id);
}

/** What the key may do; undefined: it is not known, revoked, or has run out. */
export async function scopesOf(outbox: Outbox, key: string): Promise<readonly Scope[] | undefined> {
	const [, id] = form.exec(key) ?? [];
	const row = id === undefined ? undefined : await findKey(outbox, id);
	if (!row || !timingSafeEqual(Buffer.from(hashOf(key)), Buffer.from(row.hash))) return undefined;
	await touchKey(outbox, row);
	return JSON.parse(row.scopes) as Scope[];
}

function viewOf({ id, name, scopes, created_at, expires_at, last_used_at, revoked_at }: ApiKeyRow): ApiKeyView {
	return {
		id,
		name,
		scopes: JSON.parse(scopes) as Scope[],
		createdAt: iso(created_at),
		...(expires_at !== null && { expiresAt: iso(expires_at) }),
		...(last_used_at !== null && { lastUsedAt: iso(last_used_at) }),
		...(revoked_at !== null && { revokedAt: iso(revoked_at) }),
	};
}
