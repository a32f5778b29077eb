import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWorld } from './testing/gateway-world.ts';
import { RawSocket } from './testing/raw-socket.ts';

test('a token is taken as JWT, as Bearer and bare, in any case of letters and with blanks around it, over each transport', async () => {
	await using world = await startWorld();
	const { token } = await world.person('ada');
	const forms = [
		token,
		`JWT ${token}`,
		`Bearer ${token}`,
		`bearer ${token}`,
		`jwt \t ${token}`,
		`  BEARER   ${token}  `,
	];
	const query = '{ me { username } }';
	const me = { data: { me: { username: 'ada' } } };
	for (const authorization of forms) {
		assert.deepEqual(await world.graphql(query, {}, undefined, { authorization }), me, authorization.slice(0, 9));
		for (const [protocol, type] of [
			['graphql-transport-ws', 'subscribe'],
			['graphql-ws', 'start'],
		] as const) {
			for (const [payload, options] of [
				[{}, { headers: { authorization } }],
				[{ headers: { Authorization: authorization } }, {}],
				[{ Authorization: authorization }, {}],
				[{ authToken: authorization }, {}],
			] as const) {
				await using socket = await RawSocket.open(world.socketUrl, protocol, options);
				socket.send({ type: 'connection_init', payload });
				assert.deepEqual(await socket.next(), { type: 'connection_ack' });
				socket.send({ id: '1', type, payload: { query } });
				assert.deepEqual(((await socket.next()) as { payload: unknown }).payload, me);
			}
		}
	}
});

test('what is no token of ours is refused as recorded, and closes a socket with 4403', async () => {
	await using world = await startWorld();
	const { token } = await world.person('ada');
	const [head, body, signature] = token.split('.');
	const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
	for (const forged of [
		'x',
		'JWT',
		'Basic YTpi',
		`${none}.${body}.`,
		`${none}.${body}.${signature}`,
		`${head}.${body}.${signature?.slice(1)}`,
	]) {
		const { errors } = await world.graphql('{ me { id } }', {}, undefined, { authorization: forged });
		assert.equal(errors?.[0]?.message, 'Error decoding signature', forged);
		await using socket = await RawSocket.open(world.socketUrl, 'graphql-transport-ws');
		socket.send({ type: 'connection_init', payload: { Authorization: forged } });
		assert.deepEqual(await socket.closed, { code: 4403, reason: 'Error decoding signature' });
	}
});
