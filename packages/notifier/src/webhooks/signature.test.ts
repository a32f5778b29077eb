import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecret, newSecret, sign, verifyWebhook, WebhookVerificationError } from './signature.ts';

const now = 1_674_087_231_000;
const body = '{"test": 2432232314}';

test('the signature is that of the convention', () => {
	// The example of the specification.
	const headers = sign('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
		id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
		body: '{"test": 2432232314}',
		now: 1_614_265_330_000,
	});
	assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('what was signed is verified, once it is changed, old, or of another secret it is not', () => {
	const secret = newSecret();
	assert.ok(isSecret(secret));
	const headers = { ...sign(secret, { id: 'a', body, now }) };
	assert.deepEqual(verifyWebhook(secret, headers, body, { now: now + 1_000 }), { test: 2_432_232_314 });
	const later = { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` };
	verifyWebhook(secret, later, body, { now });
	const refused: Parameters<typeof verifyWebhook>[] = [
		[newSecret(), headers, body, { now }],
		[secret, headers, `${body} `, { now }],
		[secret, { ...headers, 'webhook-id': 'b' }, body, { now }],
		[secret, { ...headers, 'webhook-timestamp': '1674087232' }, body, { now }],
		[secret, { ...headers, 'webhook-signature': undefined }, body, { now }],
		[secret, { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1', 'v2') }, body, { now }],
		[secret, headers, body, { now: now + 301_000 }],
		[secret, headers, body, { now: now - 301_000 }],
	];
	for (const given of refused) assert.throws(() => verifyWebhook(...given), WebhookVerificationError);
});
