// Signatures by the convention of standardwebhooks.com, which libraries of many languages verify. Pure.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits. */
export const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

export const isSecret = (text: string) => /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(text);

export interface SignedHeaders {
	/** The same for all tries of one message: who has seen it has seen the message. */
	readonly 'webhook-id': string;
	/** Seconds since 1970, of this try. */
	readonly 'webhook-timestamp': string;
	/** `v1,` and a base64 HMAC-SHA256 of id, timestamp and body. */
	readonly 'webhook-signature': string;
}

/** `now`: milliseconds since 1970. */
export function sign(secret: string, { id, body, now }: { id: string; body: string; now: number }): SignedHeaders {
	const timestamp = String(Math.floor(now / 1_000));
	return {
		'webhook-id': id,
		'webhook-timestamp': timestamp,
		'webhook-signature': `v1,${hmac(secret, id, timestamp, body).toString('base64')}`,
	};
}

/** The message is not from whom it says, was changed, or is too old: an old one may be a copy that someone sends again. */
export class WebhookVerificationError extends Error {
	override readonly name = 'WebhookVerificationError' as const;
}

/**
 * For who receives webhooks. Keep the ids of the last five minutes and take each once: the same message may come twice.
 * @param body exactly as it was received
 * @param tolerance milliseconds that the clocks may differ and the message may have been on its way. Default 300,000.
 * @throws WebhookVerificationError
 */
export function verifyWebhook(
	secret: string,
	headers: Readonly<Record<string, string | string[] | undefined>>,
	body: string,
	{ tolerance = 300_000, now = Date.now() }: { tolerance?: number; now?: number } = {},
): unknown {
	const header = (name: keyof SignedHeaders) => {
		const value = headers[name];
		if (typeof value !== 'string') throw new WebhookVerificationError(`the header ${name} is missing`);
		return value;
	};
	const timestamp = header('webhook-timestamp');
	if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1_000) > tolerance)
		throw new WebhookVerificationError('the message is too old, or from the future');
	const expected = hmac(secret, header('webhook-id'), timestamp, body);
	// Several with spaces between, while a secret is replaced.
	const isGenuine = header('webhook-signature')
		.split(' ')
		.filter((signature) => signature.startsWith('v1,'))
		.map((signature) => Buffer.from(signature.slice(3), 'base64'))
		.some((given) => given.length === expected.length && timingSafeEqual(given, expected));
	if (!isGenuine) throw new WebhookVerificationError('the signature does not fit');
	return JSON.parse(body);
}

function hmac(secret: string, id: string, timestamp: string, body: string): Buffer {
	const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
	return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
}
