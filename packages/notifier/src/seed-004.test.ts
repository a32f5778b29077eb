// Walks the document of seed 004 from top to bottom: each test is one of its sections.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';
import {
	closeNotifications,
	MattermostClientError,
	notifierFromEnvironment,
	sendBorrowApprovalNotification,
	sendRenewalApprovalNotification,
	sendReturnConfirmationNotification,
	sendTestNotification,
	triggerBorrowNotification,
	triggerRenewalNotification,
	triggerReturnNotification,
	useNotifier,
} from './index.ts';
import { borrow, type RunningService, startService } from './testing/service.ts';
import { createWorld, type Person, type World } from './testing/world.ts';

const { action: _, ...request } = borrow;

describe('seed 004, from top to bottom', () => {
	let world: World;
	let service: RunningService;
	let john: Person;
	let jane: Person;
	before(async () => {
		world = await createWorld();
		john = await world.person('john.doe');
		jane = await world.person('jane');
		service = await startService(world);
		await until('the bot listens', async () => (await service.notifier.status()).connected);
	});
	after(async () => {
		await service[Symbol.asyncDispose]();
		await world[Symbol.asyncDispose]();
	});

	test('Business flow: dm_ready is false, not a member: added to the channel, then mentioned', async () => {
		const members = () => world.admin.channels.getMember(world.channelId, john.id);
		await assert.rejects(members());
		const { body } = await service.request('/send?wait=60s', { method: 'POST', body: borrow });
		assert.equal(body.method, 'channel_mention');
		await members();
	});

	test('Business flow: dm_ready is false, a member already: mentioned', async () => {
		const { body } = await service.request('/send?wait=60s', { method: 'POST', body: { ...borrow, requestId: 457 } });
		assert.equal(body.method, 'channel_mention');
		assert.equal((await world.channelMessages()).length, 2);
	});

	test('When a user opens a DM with the bot: dm_ready, the channel stored, a welcome', async () => {
		await john.writeToBot('hi');
		await until('the welcome', async () => (await world.directMessages(john)).length === 2);
		const { body } = await service.request('/users');
		const state = body.users.find(
			({ mattermostUsername }: { mattermostUsername: string }) => mattermostUsername === 'john.doe',
		);
		assert.deepEqual([state.userId, state.mattermostUserId, state.dmReady], ['123', john.id, true]);
		assert.equal(typeof state.dmChannelId, 'string');
		const again = await service.request('/send?wait=60s', { method: 'POST', body: { ...borrow, requestId: 458 } });
		assert.equal(again.body.method, 'dm');
		assert.equal(again.body.channelId, state.dmChannelId);
	});

	test('Configuration: the environment variables, the optional ones with their defaults', async () => {
		await using folder = await tempFolder();
		const required = {
			MATTERMOST_SERVER_URL: world.url,
			MATTERMOST_BOT_TOKEN: world.botToken,
			MATTERMOST_NOTIFICATION_CHANNEL_ID: world.channelId,
		};
		await assert.rejects(
			notifierFromEnvironment({ MATTERMOST_WS_RECONNECT_INTERVAL: 'soon' }),
			/MATTERMOST_SERVER_URL is not set.*MATTERMOST_BOT_TOKEN is not set.*MATTERMOST_NOTIFICATION_CHANNEL_ID is not set.*MATTERMOST_WS_RECONNECT_INTERVAL must be/,
		);
		await using notifier = await notifierFromEnvironment({
			...required,
			MATTERKIT_DATA: folder.path,
			MATTERKIT_LOG_LEVEL: 'silent',
		});
		assert.equal(
			(await notifier.status()).botUserId,
			world.botUserId,
			'detected, since MATTERMOST_BOT_USER_ID is not set',
		);
		const { status } = await notifier.send({ ...borrow, mattermostUsername: 'jane', requestId: 900 }, { wait: 60_000 });
		assert.equal(status, 'sent');
	});

	test('POST /api/notifications/send: the three actions with their own fields', async () => {
		for (const [number, body] of [
			{ ...borrow },
			{ ...request, action: 'RETURN', returnDate: '2026-01-20' },
			{ ...request, action: 'RENEWAL', previousEndDate: '2026-02-10', newEndDate: '2026-03-10' },
		].entries()) {
			const answer = await service.request('/send', { method: 'POST', body: { ...body, requestId: 500 + number } });
			assert.equal(answer.status, 202, JSON.stringify(answer.body));
			assert.equal(answer.body.success, true);
			assert.equal(answer.body.key, `notification:${body.action}:${500 + number}:123`);
		}
		for (const [field, body] of Object.entries({
			endDate: { ...borrow, endDate: undefined },
			returnDate: { ...borrow, action: 'RETURN' },
			newEndDate: { ...borrow, action: 'RENEWAL', previousEndDate: '2026-02-10', newEndDate: '2026-02-31' },
			action: { ...borrow, action: 'STEAL' },
			userId: { ...borrow, userId: undefined },
			mattermostUsername: { ...borrow, mattermostUsername: 'not a name' },
			'device.name': { ...borrow, device: { ...borrow.device, name: ' ' } },
			device: { ...borrow, device: 'MacBook' },
			requestId: { ...borrow, requestId: -1 },
		})) {
			const answer = await service.request('/send', { method: 'POST', body });
			assert.equal(answer.status, 400, field);
			assert.ok(answer.body.error.includes(field), `${field} in ${answer.body.error}`);
			assert.deepEqual(Object.keys(answer.body.fields), [field]);
		}
	});

	test('GET /api/notifications/status', async () => {
		const { status, body } = await service.request('/status');
		assert.equal(status, 200);
		assert.deepEqual(
			[body.initialized, body.connected, body.healthy, body.botUserId, body.totalUsers, body.dmReadyUsers],
			[true, true, true, world.botUserId, 1, 1],
		);
	});

	test('POST /api/notifications/initialize', async () => {
		const { status, body } = await service.request('/initialize', { method: 'POST' });
		assert.deepEqual([status, body.success, body.initialized, body.botUserId], [200, true, true, world.botUserId]);
	});

	test('GET /api/notifications/users and /idempotency', async () => {
		const users = await service.request('/users');
		assert.deepEqual([users.status, users.body.total], [200, 1]);
		const { status, body } = await service.request('/idempotency');
		assert.equal(status, 200);
		const record = body.records.find(({ key }: { key: string }) => key === 'notification:BORROW:456:123');
		assert.deepEqual([record.status, record.expiresAt - record.createdAt], ['sent', 3_600_000]);
	});

	test('all five endpoints want an administrator', async () => {
		for (const [path, method] of Object.entries({
			'/send': 'POST',
			'/status': 'GET',
			'/initialize': 'POST',
			'/users': 'GET',
			'/idempotency': 'GET',
		}))
			for (const authorization of ['', 'Bearer', 'Bearer wrong', 'Basic notifications-key-for-tests']) {
				const answer = await service.request(path, {
					method,
					headers: { authorization },
					...(method === 'POST' && { body: {} }),
				});
				assert.deepEqual(
					[answer.status, answer.body.success],
					[401, false],
					`${method} ${path} with '${authorization}'`,
				);
			}
	});

	test('Message templates: the short mention', async () => {
		const inChannel = await world.channelMessages();
		await Promise.all([
			service.request('/send?wait=60s', {
				method: 'POST',
				body: { ...borrow, mattermostUsername: 'jane', requestId: 600 },
			}),
			service.request('/send?wait=60s', {
				method: 'POST',
				body: { ...request, mattermostUsername: '@Jane', requestId: 600, action: 'RETURN', returnDate: '2026-01-20' },
			}),
			service.request('/send?wait=60s', {
				method: 'POST',
				body: {
					...request,
					mattermostUsername: 'JANE',
					requestId: 600,
					action: 'RENEWAL',
					previousEndDate: '2026-02-10',
					newEndDate: '2026-03-10',
				},
			}),
		]);
		const said = (await world.channelMessages()).slice(inChannel.length).sort();
		assert.deepEqual(said, [
			'@jane Your device borrowing renewal has been approved',
			'@jane Your device borrowing request has been approved',
			'@jane Your device return has been confirmed',
		]);
		await jane.mattermost.channels.getMember(world.channelId, jane.id);
	});

	test('Message templates: the detailed direct message', async () => {
		const device = ['MacBook Pro 16"', 'DEV-001', 'laptop', 'Apple', 'MacBook Pro 16" M3'];
		for (const [body, parts] of [
			[
				{ ...borrow },
				[
					'2026-01-10',
					'2026-02-10',
					'Status',
					'https://devices.example.com/borrow/700',
					'Your device borrowing request has been approved',
				],
			],
			[
				{ ...request, action: 'RETURN', returnDate: '2026-01-20' },
				['2026-01-20', 'Status', 'https://devices.example.com/returns/700', 'Your device return has been confirmed'],
			],
			[
				{ ...request, action: 'RENEWAL', previousEndDate: '2026-02-10', newEndDate: '2026-03-10' },
				[
					'2026-02-10',
					'2026-03-10',
					'Status',
					'https://devices.example.com/renewals/700',
					'Your device borrowing renewal has been approved',
				],
			],
		] as const) {
			await service.request('/send?wait=60s', { method: 'POST', body: { ...body, requestId: 700 } });
			const message = (await world.directMessages(john)).at(-1) ?? '';
			for (const part of [...device, ...parts]) assert.ok(message.includes(part), `${part} in ${message}`);
		}
	});

	test('Idempotency: a duplicate is skipped, and told how the first one went', async () => {
		const body = { ...borrow, requestId: 800 };
		const first = await service.request('/send?wait=60s', { method: 'POST', body });
		assert.deepEqual([first.status, first.body.skipped, first.body.status], [200, false, 'sent']);
		const count = (await world.directMessages(john)).length;
		const other = { ...body, device: { ...body.device, name: 'Another one' } };
		const second = await service.request('/send', { method: 'POST', body: other });
		assert.deepEqual(second.body, { ...first.body, skipped: true });
		assert.equal((await world.directMessages(john)).length, count);
	});

	test('Error handling: MattermostClientError is what its API errors are called', async () => {
		await using lost = await startService({ ...world, botToken: 'a-token-nobody-made' });
		const { status, body } = await lost.request('/initialize', { method: 'POST' });
		assert.deepEqual(
			[status, body.success, body.name, body.code],
			[503, false, 'MattermostClientError', 'api.context.session_expired.app_error'],
		);
		assert.equal(new MattermostClientError('x').name, 'MattermostClientError');
	});

	test('Error handling: a user that Mattermost does not have', async () => {
		const { status, body } = await service.request('/send?wait=60s', {
			method: 'POST',
			body: { ...borrow, mattermostUsername: 'nobody', requestId: 801 },
		});
		assert.deepEqual(
			[status, body.success, body.status, body.error],
			[200, false, 'dead', 'Mattermost has no user named nobody'],
		);
	});

	test('Usage example: the convenience functions, the triggers, the test notification', async () => {
		useNotifier(service.notifier);
		const before = (await world.directMessages(john)).length;
		const sent = [
			await sendBorrowApprovalNotification({ ...request, requestId: 456_000 }),
			await sendReturnConfirmationNotification({ ...request, requestId: 789, returnDate: '2026-01-20' }),
			await sendRenewalApprovalNotification({
				...request,
				requestId: 101,
				previousEndDate: '2026-02-10',
				newEndDate: '2026-03-10',
			}),
			await triggerBorrowNotification({ ...request, requestId: 901 }),
			await triggerReturnNotification({ ...request, requestId: 902, returnDate: '2026-01-20' }),
			await triggerRenewalNotification({
				...request,
				requestId: 903,
				previousEndDate: '2026-02-10',
				newEndDate: '2026-03-10',
			}),
			await sendTestNotification('john.doe'),
		];
		assert.deepEqual(
			sent.map((result) => result?.status),
			Array(7).fill('accepted'),
		);
		await until('all seven', async () => (await world.directMessages(john)).length === before + 7);
		// A wrong request fails the function, and never the trigger.
		const wrong = { ...request, startDate: 'soon' };
		await assert.rejects(sendBorrowApprovalNotification(wrong), /startDate/);
		await assert.rejects(sendTestNotification('not a name'), /must be a Mattermost username/);
		assert.equal(await triggerBorrowNotification(wrong), undefined);
		await closeNotifications();
		// Nothing is configured here.
		await assert.rejects(sendBorrowApprovalNotification(request), /MATTERMOST_SERVER_URL is not set/);
		assert.equal(await triggerBorrowNotification(request), undefined);
	});
});
