import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, startWorld } from './testing/gateway-world.ts';
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
