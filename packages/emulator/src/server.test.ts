import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createEmulator } from './index.ts';
import { Person } from './testing/person.ts';

test('a body over 300,000 bytes is refused with 413, one of 300,000 is read', async () => {
	await using emulator = await createEmulator();
	const admin = new Person(emulator.url, emulator.admin);
	const padded = (size: number) => `{"term":"x"}${' '.repeat(size - 12)}`;
	assert.equal((await admin.post('/users/search', padded(300_000))).status, 200);
	assert.equal((await admin.post('/users/search', padded(300_001))).status, 413);
});

test('a URL over 2,048 characters is refused with 414', async () => {
	await using emulator = await createEmulator();
	const admin = new Person(emulator.url, emulator.admin);
	assert.equal((await admin.get(`/users?x=${'y'.repeat(1_900)}`)).status, 200);
	assert.equal((await admin.get(`/users?x=${'y'.repeat(2_100)}`)).status, 414);
});

test('a route that the emulator does not have answers 501, one that nobody has 404', async () => {
	await using emulator = await createEmulator();
	const admin = new Person(emulator.url, emulator.admin);
	const missing = await admin.get('/ldap/groups');
	assert.deepEqual([missing.status, missing.body.id], [501, 'emulator.not_implemented']);
	const unknown = await admin.get('/nothing/here');
	assert.deepEqual([unknown.status, unknown.body.id], [404, 'api.context.404.app_error']);
});

test('a request that its client gives up is forgotten in peace', async () => {
	await using emulator = await createEmulator();
	const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1');
	await once(socket, 'connect');
	socket.write('POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"half');
	socket.destroy();
	assert.equal((await fetch(`${emulator.url}/api/v4/system/ping`)).status, 200);
});

test('it is mounted in a server of one’s own', async () => {
	const server = createServer((request, response) => void emulator.handle(request, response));
	server.on('upgrade', (request, socket, head) => emulator.upgrade(request, socket, head) || socket.destroy());
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	await using emulator = await createEmulator({ listen: false, siteUrl: url });
	assert.equal(emulator.url, url);
	await using ada = await (await Person.signUp(url, 'ada')).listen();
	assert.equal(ada.heard[0]?.event, 'hello');
	server.closeAllConnections();
	server.close();
});

test('a client that is gone before its request is read is no failure', async (t) => {
	const failures = t.mock.method(console, 'error', () => {});
	await using emulator = await createEmulator({ listen: false });
	const handled = Promise.withResolvers<void>();
	const server = createServer(async (request, response) => {
		socket.destroy();
		await once(request, 'error');
		await emulator.handle(request, response);
		handled.resolve();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
	const body = '{"login_id":"ada","password":"x"}';
	socket.end(`POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
	await handled.promise;
	server.close();
	assert.equal(failures.mock.callCount(), 0);
});

test('a port in use is said in one sentence', async () => {
	await using emulator = await createEmulator();
	const port = Number(new URL(emulator.url).port);
	await assert.rejects(createEmulator({ port }), {
		name: 'EmulatorError',
		message: `127.0.0.1:${port} is in use: give another \`port\`, or 0 for any free one`,
	});
});
