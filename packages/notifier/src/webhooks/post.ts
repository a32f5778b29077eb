// One try to hand a message to a webhook. Follows no redirect, and connects only to addresses that were checked: a name is looked up
// once, so it can't lead elsewhere between the check and the connection.
import { type LookupAddress, lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPublicAddress, privateProblem, urlProblem } from './address.ts';
import type { WebhookOutcome } from './schedule.ts';

export interface WebhookPost {
	readonly url: string;
	readonly body: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Milliseconds for all of it. */
	readonly timeout: number;
	readonly allowPrivate: boolean;
	readonly signal: AbortSignal;
}

/** Does not reject. */
export async function postWebhook({
	url,
	body,
	headers,
	timeout,
	allowPrivate,
	signal,
}: WebhookPost): Promise<WebhookOutcome> {
	const problem = urlProblem(url, { allowPrivate });
	if (problem !== undefined) return { error: problem };
	const { promise, resolve: settle } = Promise.withResolvers<WebhookOutcome>();
	const request = (url.startsWith('https:') ? requestHttps : requestHttp)(
		url,
		{
			method: 'POST',
			agent: false,
			headers: {
				'content-type': 'application/json',
				'content-length': Buffer.byteLength(body),
				'user-agent': 'matterkit-notifier',
				...headers,
			},
			signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
			...(!allowPrivate && { lookup: publicOnly }),
		},
		(response) => {
			settle({ status: response.statusCode, retryAfter: retryAfterOf(response.headers['retry-after']) });
			// Nobody reads the answer, however long it is.
			response.destroy();
		},
	);
	request.on('error', ({ name, code, message }: NodeJS.ErrnoException) =>
		settle({ error: name === 'AbortError' ? 'no answer in time' : (code ?? message) }),
	);
	request.end(body);
	return await promise;
}

/** Rejects with an error whose code says why, where a name leads to no public address. */
export const publicOnly: LookupFunction = (hostname, options, callback) => {
	resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
		if (error) return callback(error, []);
		const [first, ...more] = found.filter(({ address }) => isPublicAddress(address));
		if (!first) return callback(Object.assign(new Error(privateProblem), { code: privateProblem }), []);
		if (options.all) return callback(null, [first, ...more]);
		callback(null, first.address, first.family);
	});
};

/** Milliseconds; a date is not understood, and the usual wait holds. */
function retryAfterOf(header: string | undefined): number | undefined {
	return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
