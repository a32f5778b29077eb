import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownRoutes } from '../known-routes.ts';
import { testTeam } from '../testing/team.ts';
import { routeStates } from './page.ts';

const unknownId = 'u'.repeat(26);
const bodies: Readonly<Record<string, unknown>> = {
	nothing: undefined,
	'an empty object': {},
	'an empty list': [],
	'a list of ids': [unknownId],
	'no JSON': '{nope',
	'fields of other types': { channel_id: 1, team_id: [], user_ids: 'x', props: 'x', name: {}, file_ids: 3 },
};

test('every route answers, whatever is sent to it: 501 where the emulator does not have it, and never by failing', async (t) => {
	await using team = await testTeam({ settings: { licensed: true } });
	const failed = t.mock.method(console, 'error', () => {});
	const states = routeStates();
	// What ends the session of the caller comes last.
	const names = knownRoutes.filter((name) => !/websocket|logout|sessions\/revoke|\/restart$/.test(name));
	for (const [what, body] of Object.entries(bodies)) {
		for (const name of names) {
			const [method = '', path = ''] = name.split(' ');
			const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => (key.endsWith('_id') ? unknownId : 'unknown'));
			const hasBody = method !== 'GET' && method !== 'HEAD';
			const url = filled.replace('/api/v4', '');
			const answer = await team.admin.ask(method, url, hasBody ? body : undefined);
			assert.equal(failed.mock.callCount(), 0, `${name} with ${what}: ${failed.mock.calls[0]?.arguments.join(' ')}`);
			if (method === 'HEAD') continue;
			const isMissing = answer.body?.id === 'emulator.not_implemented';
			assert.equal(isMissing, states.get(name) === '501', `${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
			assert.notEqual(answer.body?.id, 'api.context.404.app_error', name);
		}
	}
});

test('no route fails when what it names is there, either', async (t) => {
	await using team = await testTeam({ settings: { licensed: true } });
	const { admin, ada, bob, teamId, channelId, emulator } = team;
	const failed = t.mock.method(console, 'error', () => {});
	const post = (await ada.post('/posts', { channel_id: channelId, message: 'root' })).body;
	await bob.post('/posts', { channel_id: channelId, message: 'reply', root_id: post.id });
	const file = (await ada.post(`/files?channel_id=${channelId}&filename=a.txt`, 'a')).body.file_infos[0];
	const bot = (await admin.post('/bots', { username: 'robot' })).body;
	const hook = (await admin.post('/hooks/incoming', { channel_id: channelId })).body;
	const group = (await ada.post('/groups', { name: 'g', display_name: 'G', source: 'custom' })).body;
	const ids: Readonly<Record<string, string>> = {
		user_id: bob.id,
		team_id: teamId,
		channel_id: channelId,
		post_id: post.id,
		thread_id: post.id,
		file_id: file.id,
		bot_user_id: bot.user_id,
		hook_id: hook.id,
		group_id: group.id,
		syncable_type: 'teams',
		syncable_id: teamId,
		timestamp: '1',
		username: 'bob',
		email: 'bob@example.com',
		team_name: 'eng',
		channel_name: 'ops',
		emoji_name: 'tada',
		category: 'display_settings',
	};
	const before = emulator.snapshot();
	for (const [what, body] of Object.entries(bodies)) {
		for (const name of knownRoutes) {
			const [method = '', path = ''] = name.split(' ');
			const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => ids[key] ?? unknownId).replace('/api/v4', '');
			const hasBody = method !== 'GET' && method !== 'HEAD';
			await admin.ask(method, filled, hasBody ? body : undefined);
			assert.equal(failed.mock.callCount(), 0, `${name} with ${what}: ${failed.mock.calls[0]?.arguments.join(' ')}`);
			if (hasBody) emulator.restore(before);
		}
	}
});
