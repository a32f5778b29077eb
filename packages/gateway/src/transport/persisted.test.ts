import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { startEngine } from '../testing/engine-server.ts';
import { RawSocket } from '../testing/raw-socket.ts';

const jwt = { authorization: 'JWT u1' };

test('a persisted document is named by its hash; where only those are taken, others are refused', async () => {
	const text = '{whoAmI}';
	const id = createHash('sha256').update(text).digest('hex');
	await using server = await startEngine({ persisted: { documents: { [id]: text }, only: true } });
	assert.deepEqual((await server.post({ documentId: id }, jwt)).body, { data: { whoAmI: 'u1' } });
	const apollo = { extensions: { persistedQuery: { version: 1, sha256Hash: id } } };
	assert.deepEqual((await server.post(apollo, jwt)).body, { data: { whoAmI: 'u1' } });
	assert.match(JSON.stringify((await server.post({ query: '{hello}' })).body), /PERSISTED_DOCUMENTS_ONLY/);
	assert.match(JSON.stringify((await server.post({ documentId: 'constructor' })).body), /PERSISTED_QUERY_NOT_FOUND/);
});

test('clients of automatic persisted queries send the text after the hash was not known; nothing is registered by that', async () => {
	await using server = await startEngine();
	const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update('{whoAmI}').digest('hex') };
	const unknown = {
		errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
	};
	for (let i = 0; i < 2; i++) {
		assert.deepEqual((await server.post({ extensions: { persistedQuery } }, jwt)).body, unknown);
		const whole = await server.post({ query: '{whoAmI}', extensions: { persistedQuery } }, jwt);
		assert.deepEqual(whole.body, { data: { whoAmI: 'u1' } });
	}
	const extensions = JSON.stringify({ persistedQuery });
	const got = await fetch(`${server.url}?${new URLSearchParams({ extensions })}`);
	assert.deepEqual([got.status, await got.json()], [400, unknown]);
});

test('persisted documents alone are taken over sockets too', async () => {
	await using server = await startEngine({ persisted: { documents: { who: '{whoAmI}' }, only: true } });
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', { headers: jwt });
	socket.send({ type: 'connection_init' });
	await socket.next();
	socket.send({ id: 'a', type: 'subscribe', payload: { documentId: 'who' } });
	assert.deepEqual(await socket.next(), { id: 'a', type: 'next', payload: { data: { whoAmI: 'u1' } } });
	await socket.next();
	for (const payload of [
		{ query: '{whoAmI}' },
		{ documentId: '__proto__' },
		{ documentId: 'other', query: '{hello}' },
	]) {
		socket.send({ id: 'b', type: 'subscribe', payload });
		assert.match(JSON.stringify(await socket.next()), /"type":"error".*PERSISTED_/);
	}
});
