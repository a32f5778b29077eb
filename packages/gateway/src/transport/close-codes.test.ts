import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import { WebSocket, WebSocketServer } from 'ws';
import { closeCodes } from './close-codes.ts';

const page = readFileSync(new URL('../../../../docs/gateway-protocols.md', import.meta.url), 'utf8');
const table = page.slice(page.indexOf('## Close codes'), page.indexOf('## Limits'));
const rows = [...table.matchAll(/^\| (\d{4}) .*\| (yes|no) +\|$/gm)].map(
	([, code, comesBack]) => [Number(code), comesBack === 'yes'] as const,
);

test('the table of close codes for users has those that the gateway sends, and no others', () => {
	assert.deepEqual(
		rows.map(([code]) => code),
		Object.values(closeCodes).sort((a, b) => a - b),
	);
});

// 1000 answers a client that has said goodbye.
for (const [code, comesBack] of rows.filter(([each]) => each !== closeCodes.normal))
	test(`after ${code} the npm client graphql-ws ${comesBack ? 'comes back' : 'gives up'}, as the table says`, async () => {
		await using server = Object.assign(new WebSocketServer({ port: 0, host: '127.0.0.1' }), {
			[Symbol.asyncDispose]: async () => server.close(),
		});
		await once(server, 'listening');
		server.on('connection', (socket) => {
			socket.on('message', (text) => {
				if (String(text).includes('connection_init')) socket.send('{"type":"connection_ack"}');
				else socket.close(code, 'a test');
			});
		});
		const client = createClient({
			url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
			webSocketImpl: WebSocket,
			retryWait: async () => {},
		});
		const outcome = await new Promise((decided) => {
			let connections = 0;
			client.on('connected', () => ++connections === 2 && decided('came back'));
			client.subscribe(
				{ query: '{x}' },
				{ next() {}, complete() {}, error: (error) => decided((error as CloseEvent).code) },
			);
		});
		await client.dispose();
		assert.equal(outcome, comesBack ? 'came back' : code);
	});
