import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { borrow, startService } from './testing/service.ts';
import { createWorld } from './testing/world.ts';

test('a notification to someone who never wrote to the bot is a mention in the notification channel, which they are added to', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	await using service = await startService(world);
	const answer = await service.request('/send?wait=60s', { method: 'POST', body: borrow });
	assert.equal(answer.status, 200, JSON.stringify(answer.body));
	assert.equal(answer.body.method, 'channel_mention');
	assert.deepEqual(await world.channelMessages(), ['@john.doe Your device borrowing request has been approved']);
	await john.mattermost.channels.getMember(world.channelId, john.id);
});

test('after their first message to the bot they are welcomed once, and get direct messages with the details', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	await using service = await startService(world);
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	await john.writeToBot('hello');
	await until('the welcome', async () => (await world.directMessages(john)).length === 2);
	await john.writeToBot('hello again');
	const answer = await service.request('/send?wait=60s', { method: 'POST', body: borrow });
	assert.equal(answer.body.method, 'dm', JSON.stringify(answer.body));
	const [hello, welcome, again, details, ...more] = await world.directMessages(john);
	assert.deepEqual([hello, again, more], ['hello', 'hello again', []]);
	assert.match(welcome ?? '', /Welcome/);
	for (const part of [
		'MacBook Pro 16"',
		'DEV-001',
		'laptop',
		'Apple',
		'2026-01-10',
		'2026-02-10',
		'https://devices.example.com/borrow/456',
	])
		assert.ok(details?.includes(part), `${part} in ${details}`);
	assert.deepEqual(await world.channelMessages(), []);
});
