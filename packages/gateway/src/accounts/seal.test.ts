import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeKeyring } from './keys.ts';
import { SealError, seal, sealedWith, unseal } from './seal.ts';

const ring = makeKeyring(['first secret'], 'seal');

test('what was sealed for an account opens for that account only', () => {
	const sealed = seal(ring, 'a token', 'account-1');
	assert.doesNotMatch(sealed, /token/);
	assert.equal(unseal(ring, sealed, 'account-1'), 'a token');
	assert.throws(() => unseal(ring, sealed, 'account-2'), SealError);
});

test('a changed text does not open', () => {
	const sealed = seal(ring, 'a token', 'account-1');
	const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
	assert.throws(() => unseal(ring, changed, 'account-1'), SealError);
	assert.throws(() => unseal(ring, 'v1.x.y.z', 'account-1'), /no secret for key x/);
	assert.throws(() => unseal(ring, 'plain', 'account-1'), /unknown version/);
});

test('after the secret was rotated old texts open and are known as stale, until the old secret is taken away', () => {
	const old = seal(ring, 'a token', 'account-1');
	const rotated = makeKeyring(['second secret', 'first secret'], 'seal');
	assert.equal(unseal(rotated, old, 'account-1'), 'a token');
	assert.ok(!old.startsWith(sealedWith(rotated.current)));
	assert.ok(seal(rotated, 'a token', 'account-1').startsWith(sealedWith(rotated.current)));
	assert.throws(() => unseal(makeKeyring(['second secret'], 'seal'), old, 'account-1'), /as a previous secret/);
});

test('signing and sealing use different keys', () => {
	assert.notDeepEqual(makeKeyring(['x'], 'sign').current.bytes, makeKeyring(['x'], 'seal').current.bytes);
});
