// Who calls, and whether they may: the admin's key, or one of those it made.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import type { Scope } from './scopes.ts';

declare module 'fastify' {
	interface FastifyContextConfig {
		/** Who may call the route. Default: `read` for GET, `send` for POST, `manage` for the others. */
		scope?: Scope | 'admin' | 'public';
	}
}

/** Is `Authorization: Bearer <key>` there with the right key? Takes the same time whatever part of it is wrong. */
export function bearerCheck(key: string): (authorization: string | undefined) => boolean {
	const expected = digest(key);
	return (authorization) => {
		const given = bearerOf(authorization);
		return timingSafeEqual(digest(given ?? ''), expected) && given !== undefined;
	};
}

/** Every route of `scope` takes only who may. `scopesOf`: what a key may do; undefined: it is not known. */
export function authenticate(
	scope: FastifyInstance,
	{ key, scopesOf }: { key: string; scopesOf: (key: string) => Promise<readonly Scope[] | undefined> },
): void {
	const isAdmin = bearerCheck(key);
	scope.addHook('onRequest', async (request, reply) => {
		const needed = scopeOf(request);
		if (needed === 'public' || isAdmin(request.headers.authorization)) return;
		const given = bearerOf(request.headers.authorization);
		const scopes = given === undefined ? undefined : await scopesOf(given);
		if (!scopes) {
			reply.header('www-authenticate', 'Bearer');
			throw new RequestError(401, 'Authorization: Bearer with the notifications key, or one made by it, is needed');
		}
		if (needed === 'admin') throw new RequestError(403, 'only the notifications key itself may do this');
		if (!scopes.includes(needed)) throw new RequestError(403, `this key lacks the scope ${needed}`);
	});
}

function scopeOf({ routeOptions, method }: FastifyRequest): Scope | 'admin' | 'public' {
	if (routeOptions.config.scope !== undefined) return routeOptions.config.scope;
	if (method === 'GET' || method === 'HEAD') return 'read';
	return method === 'POST' ? 'send' : 'manage';
}

const bearerOf = (authorization: string | undefined) => /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];

/** Equal lengths are what timingSafeEqual wants. */
const digest = (text: string) => createHash('sha256').update(text).digest();
