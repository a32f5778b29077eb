// Which pages may ask, and what their browsers want to know for it (CORS).
import type { FastifyInstance } from 'fastify';

export interface CrossOriginOptions {
	/** Paths that a browser may ask about beforehand. */
	readonly urls: readonly string[];
	/** undefined: pages of any origin. Nothing here goes by cookies, so a page can't act as somebody whose token it does not have. */
	readonly origins: readonly string[] | undefined;
	/** What a page of another origin gets. */
	readonly refusal: () => Error;
}

export function allowOrigins(scope: FastifyInstance, { urls, origins, refusal }: CrossOriginOptions): void {
	// With a callback: a promise for each request would be a percent or two of a small query.
	scope.addHook('onRequest', ({ headers: { origin } }, reply, done) => {
		if (origin === undefined) return done();
		if (origins && !origins.includes(origin)) return done(refusal());
		reply.headers({
			'access-control-allow-origin': origins ? origin : '*',
			'access-control-allow-headers': 'authorization, content-type, x-request-id',
			'access-control-allow-methods': 'GET, POST',
			'access-control-expose-headers': 'content-disposition, x-request-id',
			'access-control-max-age': '600',
			vary: 'origin',
		});
		done();
	});
	for (const url of urls) scope.options(url, (_request, reply) => reply.status(204).send());
}
