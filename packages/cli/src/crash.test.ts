// The notification service killed between accepting and posting, with a Mattermost that lives on.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { createEmulator } from '@matterkit/emulator';
import { tempFolder, until } from '@matterkit/testing';
import { startMatterkit } from './testing/matterkit-process.ts';

const notification = {
	action: 'RETURN',
	userId: 7,
	mattermostUsername: 'ada',
	device: { id: 1, name: 'MacBook Pro', assetTag: 'DEV-001', category: 'laptop', brand: 'Apple', model: 'M3' },
	requestId: 1,
	returnDate: '2026-01-20',
};

/** A Mattermost of the test's own that can be told to leave new posts unanswered. */
async function livingMattermost() {
	const emulator = await createEmulator({ listen: false });
	const held: (() => void)[] = [];
	let hold = false;
	const server = createServer((request, response) => {
		const act = () => emulator.handle(request, response);
		if (hold && request.method === 'POST' && request.url === '/api/v4/posts') held.push(act);
		else act();
	});
	server.on('upgrade', (request, socket, head) => emulator.upgrade(request, socket, head));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const admin = await Mattermost.connect({ url, token: emulator.admin.token });
	return {
		url,
		admin,
		/** From now on posts wait; gives how many do. */
		holdPosts: () => {
			hold = true;
			return () => held.length;
		},
		/** Posts are made again, those that waited too: their sender may be gone. */
		letGo: () => {
			hold = false;
			for (const act of held.splice(0)) act();
		},
		async [Symbol.asyncDispose]() {
			await admin.close();
			server.close();
			server.closeAllConnections();
			await emulator.close();
		},
	};
}

test('a notification that was accepted is posted once, though the service was killed before it was posted', async () => {
	await using data = await tempFolder();
	await using mattermost = await livingMattermost();
	const { admin } = mattermost;
	const team = await admin.teams.create({ name: 'eng', display_name: 'Eng' });
	const channel = await admin.channels.create({
		team_id: team.id,
		name: 'notices',
		display_name: 'Notices',
		type: 'O',
	});
	const ada = await admin.users.create({ username: 'ada', email: 'ada@example.com', password: 'Passw0rd!x' });
	const bot = await admin.bots.create({ username: 'courier' });
	for (const userId of [ada.id, bot.user_id]) await admin.teams.addMember(team.id, userId);
	await admin.channels.addMember(channel.id, bot.user_id);
	const { token } = await admin.tokens.create(bot.user_id, 'test');
	assert.ok(token);
	const key = 'a-key-of-this-test-alone';
	const options = {
		env: {
			MATTERMOST_SERVER_URL: mattermost.url,
			MATTERMOST_BOT_TOKEN: token,
			MATTERMOST_NOTIFICATION_CHANNEL_ID: channel.id,
			MATTERKIT_NOTIFICATIONS_KEY: key,
		},
	};
	const posted = async () => {
		const posts = await admin.posts.list(channel.id, { per_page: 200 });
		return posts.filter(({ user_id, type }) => user_id === bot.user_id && type === '');
	};

	await using first = await startMatterkit(data.path, options);
	assert.equal(first.ready.admin, null);
	assert.equal(first.ready.notificationsKey, null);
	const waiting = mattermost.holdPosts();
	const accepted = await fetch(`${first.ready.notifications}/send`, {
		method: 'POST',
		headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
		body: JSON.stringify(notification),
	});
	assert.equal(accepted.status, 202);
	await until('the worker tries to post', () => waiting() > 0);
	await first.end('SIGKILL');
	assert.deepEqual(await posted(), []);
	mattermost.letGo();

	await using second = await startMatterkit(data.path, options);
	const { id } = (await accepted.json()) as { id: string };
	await until(
		'the delivery is over',
		async () => {
			const status = await fetch(`${second.ready.notifications}/idempotency`, {
				headers: { authorization: `Bearer ${key}` },
			});
			return /"sent"/.test(await status.text());
		},
		{ timeout: 60_000, every: 100 },
	);
	assert.equal((await posted()).length, 1, `delivery ${id}`);
});
