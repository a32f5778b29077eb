import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';
import { graphql, signUp } from './testing/chat.ts';
import { startMatterkit } from './testing/matterkit-process.ts';
import { ownMattermost } from './testing/own-mattermost.ts';

test('the log of a run, everything in it, names requests by their id and holds no token and no password', async () => {
	await using mattermost = await ownMattermost({});
	await using data = await tempFolder();
	await using server = await startMatterkit(data.path, { env: { ...mattermost.env, MATTERKIT_LOG_LEVEL: 'trace' } });
	const { url, graphql: chat, websocket } = server.ready;
	const password = 'Sup3r-secret!';
	const eve = await signUp(chat, 'eve', password);
	const fay = await signUp(chat, 'fay', password);
	const { tokenAuth } = await graphql<{ tokenAuth: { token: string; refreshToken: string } }>(
		chat,
		'mutation($p:String!){tokenAuth(username:"eve",password:$p){token refreshToken}}',
		{ p: password },
	);
	const forged = `${eve.slice(0, -4)}AAAA`;
	const as = async (token: string, requestId: string, query: string, variables: object = {}) => {
		const response = await fetch(chat, {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-request-id': requestId },
			body: JSON.stringify({ query, variables }),
		});
		return (await response.json()) as { data: { textMessageSend: { metadata: { message_id: string } } } };
	};
	await as(eve, 'make-1', 'mutation{channelCreate(channelName:"ops",members:["fay"]){status}}');
	const send = 'mutation{textMessageSend(channelIdentifier:"ops",textMessage:"a private word"){metadata}}';
	const sent = await as(eve, 'send-1', send);
	const edit = 'mutation($id:ID!){messageEdit(id:$id,textMessage:"another private word"){id}}';
	await as(fay, 'edit-1', edit, { id: sent.data.textMessageSend.metadata.message_id });
	await as(forged, 'forged-1', '{me{id}}');
	for (const payload of [
		{ authToken: eve },
		{ headers: { Authorization: `JWT ${fay}` } },
		{ authToken: forged },
		{ authToken: { token: eve } },
	]) {
		const socket = new WebSocket(`${websocket}?token=${eve}`, 'graphql-transport-ws');
		await once(socket, 'open');
		socket.send(JSON.stringify({ type: 'connection_init', payload }));
		await Promise.race([once(socket, 'message'), once(socket, 'close')]);
		socket.send(`not JSON ${eve}`);
		if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
	}
	const refresh = 'mutation($t:String!){refreshToken(token:$t){token}}';
	for (let i = 0; i < 2; i++) await as(eve, `refresh-${i}`, refresh, { t: tokenAuth.refreshToken });
	await fetch(`${url}/nowhere?token=${eve}`);
	await until('the refusal is logged', () => server.log().includes('"requestId":"edit-1"'));
	await server.end('SIGTERM');

	const log = server.log();
	const lines = log
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as { requestId?: string });
	assert.ok(lines.some(({ requestId }) => requestId === 'edit-1'));
	const { login } = mattermost;
	for (const secret of [
		eve,
		fay,
		forged,
		tokenAuth.token,
		tokenAuth.refreshToken,
		password,
		login.token,
		login.password,
		'private word',
	])
		assert.equal(log.includes(secret), false, secret.slice(0, 12));
	assert.doesNotMatch(log, /\b(?:Bearer|JWT) [\w.-]{10}|"(?:token|password|authorization)":"(?!\[)/i);
});
