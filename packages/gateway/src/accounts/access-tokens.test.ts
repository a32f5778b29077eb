import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignJWT } from 'jose';
import { payloadOf, signToken, verifySignature } from './access-tokens.ts';
import { makeKeyring } from './keys.ts';

const ring = makeKeyring(['a secret of the gateway'], 'sign');
const now = Date.UTC(2026, 10, 21);
const claims = {
	accountId: 'account-1',
	sessionId: 'session-1',
	username: 'ada',
	loggedInAt: now,
	expiresAt: now + 1_800_000,
};

test('a token says who it is for until it expires', async () => {
	const token = await signToken(ring, claims);
	assert.deepEqual(await verifySignature(ring, token, now + 1_799_000), claims);
	await assert.rejects(verifySignature(ring, token, now + 1_801_000), { message: 'Signature has expired' });
});

test('the payload has the keys and units of the reference', () => {
	assert.deepEqual(payloadOf(claims), { username: 'ada', exp: now / 1000 + 1800, origIat: now / 1000 });
});

test('a token of another secret is refused, one of the previous secret is good', async () => {
	const token = await signToken(ring, claims);
	const rotated = makeKeyring(['a newer secret', 'a secret of the gateway'], 'sign');
	assert.equal((await verifySignature(rotated, token, now)).username, 'ada');
	const other = makeKeyring(['a newer secret'], 'sign');
	await assert.rejects(verifySignature(other, token, now), { message: 'Error decoding signature' });
});

test('forged tokens are refused: alg none, another algorithm, a changed payload, a known key id with another key, garbage', async () => {
	const token = await signToken(ring, claims);
	const [header = '', , signature = ''] = token.split('.');
	const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const payload = { ...payloadOf(claims), sub: 'account-2', sid: 'session-1', iss: 'matterkit' };
	const forge = (protectedHeader: { alg: string; kid: string }, bytes: Uint8Array) =>
		new SignJWT(payload).setProtectedHeader(protectedHeader).sign(bytes);
	const forged = [
		`${encode({ alg: 'none', kid: ring.current.id })}.${encode(payload)}.`,
		`${encode({ alg: 'none' })}.${encode(payload)}.${signature}`,
		`${header}.${encode(payload)}.${signature}`,
		await forge({ alg: 'HS384', kid: ring.current.id }, ring.current.bytes),
		await forge({ alg: 'HS256', kid: ring.current.id }, new Uint8Array(32)),
		await forge({ alg: 'HS256', kid: 'unknown' }, ring.current.bytes),
		'x.y.z',
		'',
		'no token at all',
	];
	for (const bad of forged)
		await assert.rejects(verifySignature(ring, bad, now), { message: 'Error decoding signature' }, bad);
});

test('a token that lacks what we put in is refused although the signature is right', async () => {
	const bare = await new SignJWT({})
		.setProtectedHeader({ alg: 'HS256', kid: ring.current.id })
		.setIssuer('matterkit')
		.setSubject('account-1')
		.setExpirationTime(now / 1000 + 60)
		.sign(ring.current.bytes);
	await assert.rejects(verifySignature(ring, bare, now), { message: 'Error decoding signature' });
});
