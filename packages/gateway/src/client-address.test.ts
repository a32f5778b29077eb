import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { clientAddress } from './client-address.ts';

const asked = (forwarded: string | undefined): IncomingMessage =>
	({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: '10.0.0.1' } }) as unknown as IncomingMessage;

for (const [proxies, forwarded, address] of [
	[0, '203.0.113.9', '10.0.0.1'],
	[1, '203.0.113.9', '203.0.113.9'],
	[1, '1.2.3.4, 203.0.113.9', '203.0.113.9'],
	[2, '1.2.3.4, 203.0.113.9, 10.0.0.7', '203.0.113.9'],
	[2, '203.0.113.9', '10.0.0.1'],
	[1, undefined, '10.0.0.1'],
] as const)
	test(`behind ${proxies} proxies, X-Forwarded-For ${forwarded ?? 'left out'} is from ${address}`, () => {
		assert.equal(clientAddress(proxies)(asked(forwarded)), address);
	});
