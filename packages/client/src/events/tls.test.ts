import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EventConnection } from './connection.ts';
import { EventStream } from './stream.ts';
import { scriptedServer } from './testing/scripted-server.ts';

// A certificate for localhost, and the authority that signed it: those of the HTTP client's tests.
const fixture = (name: string) =>
	readFileSync(join(import.meta.dirname, '../../../http/src/testing/fixtures', name), 'utf8');
const ca = fixture('ca.pem');

/** A stream to a server that speaks TLS. */
async function overTls(tls: NonNullable<EventConnection['tls']>) {
	const server = await scriptedServer(createServer({ key: fixture('localhost.key'), cert: fixture('localhost.pem') }));
	const stream = new EventStream({ ...server.connection(), tls });
	return {
		server,
		stream,
		async [Symbol.asyncDispose]() {
			await stream.close();
			await server[Symbol.asyncDispose]();
		},
	};
}

for (const [what, tls] of [
	['the authority of the certificate is given', { ca }],
	['certificates are not verified', { rejectUnauthorized: false }],
] as const) {
	test(`a stream over TLS is live when ${what}`, async () => {
		await using world = await overTls(tls);
		(await world.server.peer()).hello('conn');
		await world.stream.ready();
	});
}

test('a certificate of an unknown authority ends the first connection as "tls"', async () => {
	await using world = await overTls({});
	const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
	await assert.rejects(world.stream.ready(), { name: 'UpgradeError', obstacle: 'tls', code });
});

test('TLS to what speaks none ends the first connection as "tls"', async () => {
	await using server = await scriptedServer();
	const url = server.url.replace('http:', 'https:');
	await using stream = new EventStream({ ...server.connection(), url });
	await assert.rejects(stream.ready(), { name: 'UpgradeError', obstacle: 'tls' });
});
