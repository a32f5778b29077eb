import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, startWorld } from './testing/gateway-world.ts';

test('what is gone is not told as missing when a proxy loses Mattermost’s answer; what never was, is', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const { textMessageSend } = await world.data<{ textMessageSend: { metadata: { message_id: string } } }>(
		send,
		{ channel: 'general', text: 'hello' },
		ada.token,
	);
	const id = textMessageSend.metadata.message_id;
	await world.data(`mutation { reactionAdd(messageId: "${id}", emojiName: "tada") { status } }`, {}, ada.token);
	const remove = 'mutation { channelMemberRemove(channelIdentifier: "general", member: "bob") { status } }';
	const deletions = [
		[`mutation { reactionRemove(messageId: "${id}", emojiName: "tada") { status } }`, ada.token],
		[`mutation { messageDelete(id: "${id}") { status } }`, ada.token],
		[remove, ada.token],
		['mutation { channelLeave(channelIdentifier: "general") { status } }', ada.token],
	] as const;
	const lost = new Set<string>();
	world.lose((call) => call.startsWith('DELETE') && !lost.has(call) && lost.add(call).size > 0);
	for (const [mutation, token] of deletions) await world.data(mutation, {}, token);
	assert.equal(lost.size, 4);
	world.lose(() => false);
	const { errors } = await world.graphql(
		'mutation { channelLeave(channelIdentifier: "general") { status } }',
		{},
		bob.token,
	);
	assert.equal(errors?.[0]?.extensions?.code, 'NOT_FOUND');
	await world.channel(ada.token, 'board');
	const never = await world.graphql(remove.replace('general', 'board'), {}, ada.token);
	assert.equal(never.errors?.[0]?.extensions?.code, 'NOT_FOUND');
});
