// What every sending endpoint takes beside its body: `?wait=` and `Idempotency-Key`; and how it answers.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SendOptions, SendResult } from '../accepting/send.ts';
import { RequestError } from '../errors/request-error.ts';
import { badRequest } from '../requests/parse.ts';
import { parseDuration } from '../timing/duration.ts';

/** Milliseconds that a caller may wait for an outcome at most: proxies cut off around a minute. */
const longestWait = 60_000;

/** @throws RequestError */
export function sendOptions(
	request: FastifyRequest,
	reply: FastifyReply,
): Required<Pick<SendOptions, 'wait'>> & SendOptions {
	const idempotencyKey = request.headers['idempotency-key'];
	if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,255}$/.test(String(idempotencyKey)))
		throw new RequestError(400, 'Idempotency-Key must be 1 to 255 visible ASCII characters', {
			'Idempotency-Key': 'malformed',
		});
	const wait = waitOf(request);
	return {
		wait,
		...(wait > 0 && { signal: untilLeft(reply) }),
		...(idempotencyKey !== undefined && { idempotencyKey: String(idempotencyKey) }),
	};
}

/** Aborted when the caller has gone. */
function untilLeft({ raw }: FastifyReply): AbortSignal {
	const left = new AbortController();
	// Of the response, not the socket: one connection carries many requests.
	raw.once('close', () => left.abort());
	return left.signal;
}

/** 202: stored, and on its way. 200: its outcome. */
export function answerSent(reply: FastifyReply, result: SendResult): SendResult {
	reply.code(result.status === 'accepted' ? 202 : 200);
	return result;
}

function waitOf(request: FastifyRequest): number {
	const { wait } = request.query as { wait?: unknown };
	if (wait === undefined) return 0;
	const milliseconds = typeof wait === 'string' ? parseDuration(wait) : undefined;
	if (milliseconds === undefined || milliseconds > longestWait)
		throw badRequest({ wait: 'must be a duration such as 10s, at most 60s' });
	return milliseconds;
}
