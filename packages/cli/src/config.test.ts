import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { readConfig, withDotEnv } from './config.ts';
import { UsageError } from './usage-error.ts';

const server = { MATTERMOST_SERVER_URL: 'https://chat.example.com:8443/mattermost/' };
const chat = { MATTERMOST_ADMIN_TOKEN: 'a-token', MATTERMOST_TEAM_IDENTIFIER: 'eng' };
const bot = { MATTERMOST_BOT_TOKEN: 'b-token', MATTERMOST_NOTIFICATION_CHANNEL_ID: 'c' };

const problemsOf = (environment: Record<string, string>): string => {
	try {
		readConfig(environment);
	} catch (error) {
		assert.ok(error instanceof UsageError);
		return error.message;
	}
	return '';
};

test('without any variable the emulator is used and anyone may sign up', () => {
	const config = readConfig({});
	assert.equal(config.mattermost, undefined);
	assert.equal(config.signup, 'open');
});

test('a real server keeps its scheme, port and sub-path, and nobody may sign up unless told', () => {
	const config = readConfig({ ...server, ...chat, ...bot });
	assert.equal(config.mattermost?.url, 'https://chat.example.com:8443/mattermost');
	assert.equal(config.signup, 'closed');
	assert.deepEqual(config.mattermost?.chat, { admin: { token: 'a-token' }, team: 'eng' });
});

test('chat alone and notifications alone are enough', () => {
	assert.equal(readConfig({ ...server, ...chat }).mattermost?.notifications, undefined);
	assert.equal(readConfig({ ...server, ...bot }).mattermost?.chat, undefined);
});

test('every missing variable is named at once', () => {
	const problems = problemsOf(server);
	for (const name of [
		'MATTERMOST_ADMIN_TOKEN',
		'MATTERMOST_TEAM_IDENTIFIER',
		'MATTERMOST_BOT_TOKEN',
		'MATTERMOST_NOTIFICATION_CHANNEL_ID',
	]) {
		assert.match(problems, new RegExp(name));
	}
});

test('every wrong variable is named at once, and no value is repeated', () => {
	const problems = problemsOf({
		MATTERMOST_SERVER_URL: 'ftp://secret.example.com',
		MATTERKIT_SIGNUP: 'perhaps',
		MATTERKIT_SECRET: 'short',
	});
	assert.match(problems, /MATTERMOST_SERVER_URL must be an http/);
	assert.match(problems, /MATTERKIT_SIGNUP must be open, invite or closed/);
	assert.match(problems, /MATTERKIT_SECRET must have at least 16/);
	assert.doesNotMatch(problems, /secret\.example|perhaps|short/);
});

test('a login id without its password is told apart from no login at all', () => {
	const problems = problemsOf({ ...server, MATTERMOST_ADMIN_LOGIN_ID: 'root', MATTERMOST_TEAM_IDENTIFIER: 'eng' });
	assert.match(problems, /MATTERMOST_ADMIN_LOGIN_PASSWORD is missing/);
	assert.doesNotMatch(problems, /MATTERMOST_ADMIN_TOKEN/);
});

test('servers that share a database must share their secrets', () => {
	const problems = problemsOf({ DATABASE_URL: 'postgres://localhost/x' });
	assert.match(problems, /MATTERKIT_SECRET is missing/);
	assert.match(problems, /MATTERKIT_NOTIFICATIONS_KEY is missing/);
});

test('what the chat server allows is read from the environment, and what it can not be is told', () => {
	const config = readConfig({
		MATTERKIT_ORIGINS: 'https://chat.example.com, http://localhost:3000',
		MATTERKIT_PROXIES: '2',
		MATTERKIT_SOCKETS_PER_USER: '200',
		MATTERKIT_DRAIN_SECONDS: '10',
	});
	const { origins, proxies, socketsPerUser, drain } = config;
	assert.deepEqual(
		{ origins, proxies, socketsPerUser, drain },
		{
			origins: ['https://chat.example.com', 'http://localhost:3000'],
			proxies: 2,
			socketsPerUser: 200,
			drain: 10_000,
		},
	);
	assert.equal(readConfig({}).origins, undefined);
	const problems = problemsOf({
		MATTERKIT_ORIGINS: 'https://chat.example.com/app',
		MATTERKIT_PROXIES: 'yes',
		MATTERKIT_SOCKETS_PER_USER: '0',
	});
	assert.match(problems, /MATTERKIT_ORIGINS must be origins/);
	assert.match(problems, /MATTERKIT_PROXIES must be/);
	assert.match(problems, /MATTERKIT_SOCKETS_PER_USER must be/);
});

test('DJANGO_SECRET_KEY is another name of MATTERKIT_SECRET', () => {
	assert.equal(readConfig({ DJANGO_SECRET_KEY: 'sixteen letters!' }).secret, 'sixteen letters!');
});

test('.env adds what the environment does not set, and an empty variable counts as not set', async () => {
	await using folder = await tempFolder();
	await writeFile(join(folder.path, '.env'), 'MATTERKIT_SIGNUP=closed\nMATTERKIT_DM_POLICY=never\nREDIS_URL=\n');
	const config = readConfig(withDotEnv({ MATTERKIT_DM_POLICY: 'always' }, folder.path));
	assert.equal(config.signup, 'closed');
	assert.equal(config.notifier.dmPolicy, 'always');
	assert.equal(config.redisUrl, undefined);
});
