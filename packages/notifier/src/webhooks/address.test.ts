import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress, urlProblem } from './address.ts';

test('addresses of the own network, the own machine and of special purposes are not public', () => {
	for (const address of [
		'127.0.0.1',
		'127.255.0.1',
		'0.0.0.0',
		'10.1.2.3',
		'172.16.0.1',
		'172.31.255.255',
		'192.168.1.1',
		'169.254.169.254',
		'100.64.0.1',
		'198.18.0.1',
		'224.0.0.1',
		'255.255.255.255',
		'::1',
		'::',
		'fe80::1',
		'fc00::1',
		'fd12::1',
		'ff02::1',
		'::ffff:127.0.0.1',
		'::ffff:8.8.8.8',
		'64:ff9b::7f00:1',
		'2002:7f00:1::',
		'2001:0:7f00:1::',
		'2001:db8::1',
		'localhost',
		'',
	])
		assert.equal(isPublicAddress(address), false, address);
	for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])
		assert.equal(isPublicAddress(address), true, address);
});

test('a webhook’s URL is https, without a password, and leads outside, however the address is written', () => {
	const problem = (url: string) => urlProblem(url, { allowPrivate: false });
	for (const url of [
		'http://example.com/',
		'ftp://example.com',
		'example.com',
		'https://user:pass@example.com/',
		'https://127.0.0.1/',
		'https://2130706433/',
		'https://0x7f.1/',
		'https://017700000001/',
		'https://[::1]/',
		'https://[::ffff:127.0.0.1]/',
		`https://example.com/${'x'.repeat(3_000)}`,
	])
		assert.equal(typeof problem(url), 'string', url);
	assert.equal(problem('https://example.com:8443/hook?team=1'), undefined);
	assert.equal(urlProblem('http://127.0.0.1:8080/', { allowPrivate: true }), undefined);
});
