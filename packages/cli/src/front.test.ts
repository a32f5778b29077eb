import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { startMatterkit } from './testing/matterkit-process.ts';

test('clients that break off while they ask for a WebSocket end nothing but their own connection', async () => {
	await using data = await tempFolder();
	await using server = await startMatterkit(data.path);
	for (const path of ['/nowhere', '/graphql', '/api/v4/websocket']) {
		for (let i = 0; i < 50; i++) {
			const socket = connect(Number(new URL(server.ready.url).port), '127.0.0.1');
			socket.on('error', () => {});
			await once(socket, 'connect');
			socket.write(
				`GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
					'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
			);
			if (i % 2) await once(socket, 'data');
			socket.resetAndDestroy();
		}
	}
	assert.equal((await fetch(`${server.ready.url}/healthz`)).status, 200);
});
