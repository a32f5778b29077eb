import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator } from '@matterkit/emulator';
import { openStore } from '@matterkit/store';
import { freePort, tempFolder, until } from '@matterkit/testing';
import { pino } from 'pino';
import type { AdminCredentials } from './options.ts';
import { createGateway } from './server.ts';
import { secret, send, signUp, startWorld } from './testing/gateway-world.ts';
import { subscribe } from './testing/subscriber.ts';

const onNewChatMessage = `subscription ($c: String!) {
	onNewChatMessage(channelIdentifier: $c) { channelIdentifier message { id message createAt owner { username } type } }
}`;

interface Heard {
	readonly onNewChatMessage: {
		readonly channelIdentifier: string;
		readonly message: { id: string; message: string; createAt: string; owner: { username: string }; type: string };
	};
}

for (const protocol of ['graphql-transport-ws', 'graphql-ws'] as const) {
	for (const tokens of [true, false]) {
		test(`messages by every route reach a subscriber over ${protocol}, where access tokens are ${tokens ? 'on' : 'off'}`, async () => {
			await using world = await startWorld({ emulator: { settings: { personalAccessTokens: tokens } } });
			const ada = await world.person('ada');
			const bob = await world.person('bob');
			const channelId = await world.channel(ada.token, 'general', ['bob']);
			const listen = (c: string) =>
				subscribe<Heard>({
					url: world.socketUrl,
					token: bob.token,
					query: onNewChatMessage,
					variables: { c },
					protocol,
				});
			await using byName = listen('general');
			await using byId = listen(channelId);
			await world.listening(2);

			await world.data(send, { channel: 'general', text: 'sent by name' }, ada.token);
			await world.data(send, { channel: channelId, text: 'sent by id' }, bob.token);
			await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'sent past the gateway' });

			for (const [subscriber, identifier] of [
				[byName, 'general'],
				[byId, channelId],
			] as const) {
				const heard = [await subscriber.next(), await subscriber.next(), await subscriber.next()];
				assert.deepEqual(
					heard.map(({ onNewChatMessage: { channelIdentifier, message } }) => [
						channelIdentifier,
						message.owner.username,
						message.message,
						message.type,
					]),
					[
						[identifier, 'ada', 'sent by name', 'text'],
						[identifier, 'bob', 'sent by id', 'text'],
						[identifier, 'admin', 'sent past the gateway', 'text'],
					],
				);
				assert.match(heard[0]?.onNewChatMessage.message.createAt ?? '', /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}\+00:00$/);
			}
		});
	}
}

test('a gateway whose Mattermost is not there yet waits for it, and says so', async () => {
	await using folder = await tempFolder();
	await using store = await openStore({ file: `${folder.path}/store.db` });
	const port = await freePort();
	await using gateway = createGateway({
		mattermost: { url: `http://127.0.0.1:${port}`, admin: { token: 'x'.repeat(26) }, team: 'crew' },
		store,
		secret,
		signup: 'open',
	});
	await gateway.start();
	assert.deepEqual(gateway.health(), { ready: false, waitingFor: ['mattermost'] });
	await using emulator = await createEmulator({ port });
	await until('the refusal of the token is told', () => gateway.health().waitingFor.join().includes('token'));
	assert.equal(emulator.url, `http://127.0.0.1:${port}`);
});

test('a wrong administrator or an unknown team ends the start with a sentence that says what to change', async () => {
	await using folder = await tempFolder();
	await using store = await openStore({ file: `${folder.path}/store.db` });
	await using emulator = await createEmulator();
	const start = async (admin: AdminCredentials, team: string) => {
		await using gateway = createGateway({
			mattermost: { url: emulator.url, admin, team },
			store,
			secret,
			signup: 'open',
		});
		await gateway.start();
	};
	const { username: loginId, password: right, token } = emulator.admin;
	await assert.rejects(start({ loginId, password: 'wrong' }, 'crew'), {
		name: 'GatewayStartError',
		message: /MATTERMOST_ADMIN/,
	});
	await assert.rejects(start({ token: 'x'.repeat(26) }, 'crew'), {
		name: 'GatewayStartError',
		message: /MATTERMOST_ADMIN/,
	});
	await assert.rejects(start({ token }, 'crew'), { name: 'GatewayStartError', message: /Team "crew" is not on/ });
	await assert.rejects(start({ loginId, password: right }, 'x'.repeat(26)), {
		name: 'GatewayStartError',
		message: /is not on/,
	});
});

test('nothing secret is logged or told, whatever goes wrong', async () => {
	const lines: string[] = [];
	const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
	await using world = await startWorld({ logger });
	const ada = await world.person('ada');
	world.fail((call) => call.endsWith('/posts') || call.includes('/tokens'));
	await world.channel(ada.token, 'general');
	const answers = [
		await world.graphql(send, { channel: 'general', text: 'a private word' }, ada.token),
		await world.graphql(signUp, { username: 'eve', email: 'eve@example.com', password: 'Sup3r-secret!' }),
		await world.graphql('{ me { id } }', {}, `${ada.token}x`),
	];
	const said = `${lines.join('\n')}${JSON.stringify(answers)}`;
	assert.match(said, /a resolver failed/);
	const secrets = [
		ada.token,
		ada.refreshToken,
		'Sup3r-secret!',
		secret,
		world.emulator.admin.password,
		'a private word',
	];
	for (const one of secrets) assert.equal(said.includes(one), false, one.slice(0, 12));
	assert.doesNotMatch(said, /Bearer [a-z0-9]{26}|"password":"(?!\[)/);
});
