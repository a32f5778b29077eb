import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHttpClient } from './client.ts';
import { isConnectionError } from './errors/index.ts';
import { rejection, serve } from './testing/server.ts';

// A certificate for localhost, and the authority that signed it: made for these tests, valid until 2120, trusted by nobody.
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'testing/fixtures', name), 'utf8');
const ca = fixture('ca.pem');

async function serveTls() {
	const server = createServer({ key: fixture('localhost.key'), cert: fixture('localhost.pem') }, (_, response) =>
		response.end('over TLS'),
	);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `https://localhost:${(server.address() as AddressInfo).port}`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

test('an unknown certificate is refused at once, without a retry', async () => {
	await using server = await serveTls();
	await using client = createHttpClient(server.url);
	const error = await rejection(client.get('/'));
	assert.ok(isConnectionError(error));
	assert.equal(error.code, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
	assert.equal(error.attempts, 1);
	assert.equal(error.sent, false);
});

test('a server that speaks no TLS is refused at once', async () => {
	await using server = await serve((_, response) => response.end());
	await using client = createHttpClient(server.url.replace('http:', 'https:'));
	const error = await rejection(client.get('/'));
	assert.ok(isConnectionError(error));
	assert.equal(error.attempts, 1);
});

test('an authority of your own is trusted with `ca`', async () => {
	await using server = await serveTls();
	await using client = createHttpClient(server.url, undefined, { ca });
	assert.equal(await client.get('/'), 'over TLS');
	await using several = createHttpClient(server.url, undefined, { ca: [ca, Buffer.from(ca)] });
	assert.equal(await several.get('/'), 'over TLS');
});

test('verifyTls: false takes any certificate, and says so loudly, once for each client', async () => {
	await using server = await serveTls();
	const warnings: (Error & { code?: string })[] = [];
	const heard = (warning: Error) => warnings.push(warning);
	process.on('warning', heard);
	const logged: string[] = [];
	const logger = { debug() {}, info() {}, warn: (_: object, message: string) => logged.push(message) };
	await using client = createHttpClient(server.url, 'a-secret-token', { verifyTls: false, logger });
	assert.equal(await client.get('/'), 'over TLS');
	assert.equal(await client.with({ token: 'another' }).get('/'), 'over TLS');
	process.off('warning', heard);
	assert.deepEqual(
		warnings.map(({ name, code }) => [name, code]),
		[['SecurityWarning', 'MATTERKIT_TLS_NOT_VERIFIED']],
	);
	assert.match(warnings[0]?.message ?? '', /verifyTls is false: .*localhost/);
	assert.equal(logged.length, 1);
});
