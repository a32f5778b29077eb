import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvironment } from './environment.ts';
import { type NotifierOptions, settingsOf } from './options.ts';
import { readSettings } from './settings.ts';

test('every variable is optional, and an empty one is not set', () => {
	assert.deepEqual(readSettings({ MATTERKIT_RETENTION: ' ' }), { settings: {}, problems: [] });
});

test('with the three required variables everything else has the documented default', () => {
	const { appBaseUrl, reconnectInterval, maxReconnectAttempts, dmPolicy, idempotencyWindow, cleanupInterval } =
		settingsOf({
			...readEnvironment({
				MATTERMOST_SERVER_URL: 'https://chat.example.com',
				MATTERMOST_BOT_TOKEN: 'token',
				MATTERMOST_NOTIFICATION_CHANNEL_ID: 'channel',
			}),
			store: {} as NotifierOptions['store'],
		});
	assert.deepEqual(
		{ appBaseUrl, reconnectInterval, maxReconnectAttempts, dmPolicy, idempotencyWindow, cleanupInterval },
		{
			appBaseUrl: 'http://localhost:8080',
			reconnectInterval: 5_000,
			maxReconnectAttempts: 10,
			dmPolicy: 'after-first-message',
			idempotencyWindow: 3_600_000,
			cleanupInterval: 600_000,
		},
	);
});

test('each variable sets its option', () => {
	const { settings, problems } = readSettings({
		APP_BASE_URL: 'https://devices.example.com/app/',
		MATTERMOST_WS_RECONNECT_INTERVAL: '1000',
		MATTERMOST_WS_MAX_RECONNECT_ATTEMPTS: '3',
		MATTERKIT_DM_POLICY: 'never',
		MATTERKIT_FALLBACK: 'dm, channel',
		MATTERKIT_TEMPLATES: './templates',
		MATTERKIT_TIME_ZONE: 'Europe/Vienna',
		MATTERKIT_IDEMPOTENCY_WINDOW: '12h',
		MATTERKIT_CLEANUP_INTERVAL: '90s',
		MATTERKIT_RETENTION: '7d',
		MATTERKIT_RETRY_ATTEMPTS: '5',
		MATTERKIT_MATTERMOST_RATE: '50',
		MATTERKIT_QUIET_PERIOD: '60s',
		MATTERKIT_PRIVATE_WEBHOOKS: 'true',
	});
	assert.deepEqual(problems, []);
	assert.deepEqual(settings, {
		appBaseUrl: 'https://devices.example.com/app',
		reconnectInterval: 1_000,
		maxReconnectAttempts: 3,
		dmPolicy: 'never',
		fallback: ['dm', 'channel'],
		templateFolder: './templates',
		timeZone: 'Europe/Vienna',
		idempotencyWindow: 43_200_000,
		cleanupInterval: 90_000,
		retention: 604_800_000,
		retry: { attempts: 5 },
		rate: { perSecond: 50 },
		quietPeriod: 60_000,
		privateWebhooks: true,
	});
});

test('everything that is wrong is named at once, and no value is repeated', () => {
	const { problems } = readSettings({
		APP_BASE_URL: 'hunter2',
		MATTERKIT_DM_POLICY: 'hunter2',
		MATTERKIT_FALLBACK: 'dm,hunter2,hunter2',
		MATTERKIT_TIME_ZONE: 'Hunter/2',
		MATTERKIT_RETENTION: 'for ever',
		MATTERKIT_CLEANUP_INTERVAL: '25d',
		MATTERKIT_MATTERMOST_RATE: '-1',
		MATTERKIT_PRIVATE_WEBHOOKS: 'yes',
	});
	assert.deepEqual(problems, [
		'APP_BASE_URL must be an http:// or https:// address',
		'MATTERKIT_DM_POLICY must be after-first-message, always or never',
		'MATTERKIT_FALLBACK must be dm or channel, or both with a comma between them',
		'MATTERKIT_TIME_ZONE must be a time zone such as Europe/Vienna',
		'MATTERKIT_CLEANUP_INTERVAL must be a duration such as 90s, 10m, 1h or 30d, at most 24d',
		'MATTERKIT_RETENTION must be a duration such as 90s, 10m, 1h or 30d, at most 9999d',
		'MATTERKIT_MATTERMOST_RATE must be a whole number above 0',
		'MATTERKIT_PRIVATE_WEBHOOKS must be true or false',
	]);
});
