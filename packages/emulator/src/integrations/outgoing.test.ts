import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { integrationServer } from '../testing/integration-server.ts';
import { testTeam } from '../testing/team.ts';
import { triggerOf } from './outgoing.ts';

test('an outgoing webhook is called by its word, and its answer is posted in the thread', async () => {
	await using team = await testTeam();
	await using server = await integrationServer(({ form }) => ({
		text: `you said ${form.text}`,
		response_type: 'comment',
	}));
	const { admin, ada, bob, channelId, teamId } = team;
	const asked = {
		team_id: teamId,
		channel_id: channelId,
		trigger_words: ['!go'],
		callback_urls: [server.url],
		display_name: 'Go',
	};
	const hook = (await admin.post('/hooks/outgoing', asked)).body;
	await bob.listen();
	await ada.post('/posts', { channel_id: channelId, message: 'no trigger' });
	const post = (await ada.post('/posts', { channel_id: channelId, message: '!go away' })).body;
	await server.called(1);
	const [call] = server.calls;
	assert.equal(call?.form.token, hook.token);
	assert.deepEqual([call?.form.user_name, call?.form.trigger_word, call?.form.team_domain], ['ada', '!go', 'eng']);
	// The answer comes by itself, some time after the call.
	await until('the answer is posted', () => bob.heardOf('posted').length === 3);
	const reply = JSON.parse(String(bob.heardOf('posted').at(-1)?.data.post));
	assert.deepEqual([reply.message, reply.root_id, reply.user_id], ['you said !go away', post.id, admin.id]);
	assert.equal(reply.props.from_webhook, 'true');
	assert.equal(server.calls.length, 1);
});

test('JSON is sent where the webhook asks for it, and nothing is posted for an answer without text', async () => {
	await using team = await testTeam();
	await using server = await integrationServer(() => ({}));
	const { admin, ada, channelId, teamId } = team;
	const asked = {
		team_id: teamId,
		channel_id: channelId,
		callback_urls: [server.url],
		content_type: 'application/json',
	};
	await admin.post('/hooks/outgoing', asked);
	await ada.post('/posts', { channel_id: channelId, message: 'anything' });
	await server.called(1);
	assert.equal(JSON.parse(server.calls[0]?.text ?? '').text, 'anything');
});

test('a webhook that cannot be called does not keep the post from being made', async (t) => {
	await using team = await testTeam({ settings: { allowedInternalConnections: '' } });
	const logged = t.mock.method(console, 'error', () => {});
	const { admin, ada, channelId, teamId } = team;
	await admin.post('/hooks/outgoing', {
		team_id: teamId,
		channel_id: channelId,
		callback_urls: ['http://127.0.0.1:9/'],
	});
	assert.equal((await ada.post('/posts', { channel_id: channelId, message: 'anything' })).status, 201);
	await until('the log tells', () => logged.mock.callCount() > 0);
	assert.match(String(logged.mock.calls[0]?.arguments[0]), /allowedInternalConnections/);
});

test('a webhook needs an address, and a public channel or words', async () => {
	await using team = await testTeam();
	const { admin, teamId, channelId } = team;
	const asked = { team_id: teamId, trigger_words: ['!go'], callback_urls: ['http://127.0.0.1:9/'] };
	const refused = async (changes: object) => (await admin.post('/hooks/outgoing', { ...asked, ...changes })).body.id;
	assert.equal(await refused({ callback_urls: [] }), 'model.outgoing_hook.is_valid.callback.app_error');
	assert.equal(await refused({ callback_urls: ['ftp://a'] }), 'model.outgoing_hook.is_valid.callback.app_error');
	assert.equal(await refused({ trigger_words: [] }), 'api.webhook.create_outgoing.triggers.app_error');
	const hook = (await admin.post('/hooks/outgoing', asked)).body;
	assert.equal(await refused({}), 'api.webhook.create_outgoing.intersect.app_error');
	const moved = await admin.put(`/hooks/outgoing/${hook.id}`, { ...asked, channel_id: channelId });
	assert.equal(moved.body.channel_id, channelId);
	assert.notEqual((await admin.post(`/hooks/outgoing/${hook.id}/regen_token`)).body.token, hook.token);
	await admin.delete(`/hooks/outgoing/${hook.id}`);
	assert.deepEqual((await admin.get(`/hooks/outgoing?team_id=${teamId}`)).body, []);
});

test('the first word triggers, whole or by its beginning', () => {
	const hook = { channel_id: '', trigger_words: ['build'], trigger_when: 0 };
	const post = (message: string) => ({ channel_id: 'c', message });
	assert.equal(triggerOf(hook, post('build it')), 'build');
	assert.equal(triggerOf(hook, post('builds it')), undefined);
	assert.equal(triggerOf(hook, post('please build')), undefined);
	assert.equal(triggerOf({ ...hook, trigger_when: 1 }, post('builds it')), 'build');
	assert.equal(triggerOf({ ...hook, channel_id: 'other' }, post('build it')), undefined);
	assert.equal(triggerOf({ ...hook, channel_id: 'c', trigger_words: [] }, post('anything')), '');
});
