import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/**
 * For Fastify's option `frameworkErrors`: a URL that can not be decoded is refused before a route is looked for, and under `/graphql` the
 * answer has the shape that all others have there.
 */
export function refuseBadUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
	if (!request.raw.url?.startsWith('/graphql')) {
		reply.send(error);
		return;
	}
	const message = 'The URL can not be decoded: percent-encode what you put into it.';
	reply.status(400).send({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
}
