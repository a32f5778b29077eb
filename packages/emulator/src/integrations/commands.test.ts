import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integrationServer } from '../testing/integration-server.ts';
import { testTeam } from '../testing/team.ts';

test('a slash command calls its address, and its answer is posted in the channel', async () => {
	await using team = await testTeam();
	await using server = await integrationServer(() => ({
		response_type: 'in_channel',
		text: 'sunny',
		attachments: [{ text: '21°' }],
	}));
	const { admin, ada, bob, channelId, teamId } = team;
	const command = (await admin.post('/commands', { team_id: teamId, trigger: 'Weather', method: 'P', url: server.url }))
		.body;
	await bob.listen();
	const run = await ada.post('/commands/execute', { channel_id: channelId, command: '/weather in Berlin' });
	assert.equal(run.body.text, 'sunny');
	const [call] = server.calls;
	assert.equal(call?.headers.authorization, `Token ${command.token}`);
	assert.deepEqual([call?.form.command, call?.form.text, call?.form.channel_name], ['/weather', 'in Berlin', 'ops']);
	await bob.settled();
	const post = JSON.parse(String(bob.heardOf('posted').at(-1)?.data.post));
	assert.deepEqual([post.message, post.user_id, post.props.from_webhook], ['sunny', ada.id, 'true']);
});

test('a command by GET has its fields in the address; a text answer is for the caller alone', async () => {
	await using team = await testTeam();
	await using server = await integrationServer(() => 'only for you');
	const { admin, ada, bob, channelId, teamId } = team;
	await admin.post('/commands', { team_id: teamId, trigger: 'secret', method: 'G', url: `${server.url}/c?a=1` });
	await Promise.all([ada.listen(), bob.listen()]);
	await ada.post('/commands/execute', { channel_id: channelId, command: '/secret' });
	await Promise.all([ada.settled(), bob.settled()]);
	assert.equal(server.calls[0]?.form.a, '1');
	assert.equal(server.calls[0]?.form.user_name, 'ada');
	const [event] = ada.heardOf('ephemeral_message');
	assert.equal(JSON.parse(String(event?.data.post)).message, 'only for you');
	assert.deepEqual(bob.heardOf('ephemeral_message'), []);
});

test('a command may answer later, five times within half an hour', async () => {
	await using team = await testTeam();
	await using server = await integrationServer(() => undefined);
	const { admin, ada, nobody, channelId, teamId, emulator } = team;
	await admin.post('/commands', { team_id: teamId, trigger: 'slow', method: 'P', url: server.url });
	const path = async () => {
		await ada.post('/commands/execute', { channel_id: channelId, command: '/slow' });
		return server.calls.at(-1)?.form.response_url?.slice(emulator.url.length) ?? '';
	};
	const first = await path();
	for (let time = 0; time < 5; time++) {
		assert.equal((await nobody.post(first, { response_type: 'in_channel', text: `${time}` })).status, 200);
	}
	assert.equal((await nobody.post(first, { text: 'once more' })).status, 400);
	const { order, posts } = (await ada.get(`/channels/${channelId}/posts?per_page=5`)).body;
	assert.deepEqual(
		order.map((id: string) => posts[id].message),
		['4', '3', '2', '1', '0'],
	);
	const second = await path();
	emulator.clock.advance(31 * 60_000);
	assert.equal((await nobody.post(second, { text: 'too late' })).status, 404);
});

test('a command that fails says so, and one without its own address is nobody’s', async () => {
	await using team = await testTeam({ settings: { allowedInternalConnections: '' } });
	const { admin, ada, bob, channelId, teamId } = team;
	const asked = { team_id: teamId, trigger: 'broken', method: 'P', url: 'http://127.0.0.1:9/' };
	assert.equal((await bob.post('/commands', asked)).status, 403);
	assert.equal(
		(await admin.post('/commands', { ...asked, trigger: 'shrug' })).body.id,
		'api.command.duplicate_trigger.app_error',
	);
	assert.equal((await admin.post('/commands', { ...asked, url: 'ftp://a' })).status, 400);
	assert.equal((await admin.post('/commands', { ...asked, method: 'X' })).status, 400);
	const command = (await admin.post('/commands', asked)).body;
	const failed = await ada.post('/commands/execute', { channel_id: channelId, command: '/broken' });
	assert.deepEqual([failed.status, failed.body.id], [500, 'api.command.execute_command.failed.app_error']);
	const changed = await admin.put(`/commands/${command.id}`, {
		...asked,
		auto_complete: true,
		auto_complete_hint: '[x]',
	});
	assert.equal(changed.body.auto_complete_hint, '[x]');
	const suggestions = (await ada.get(`/teams/${teamId}/commands/autocomplete_suggestions?user_input=/bro`)).body;
	assert.deepEqual(
		suggestions.map((each: { Complete: string }) => each.Complete),
		['broken'],
	);
	assert.equal((await ada.get(`/teams/${teamId}/commands/autocomplete`)).body[0].url, '');
	await admin.delete(`/commands/${command.id}`);
	assert.equal((await ada.post('/commands/execute', { channel_id: channelId, command: '/broken' })).status, 404);
});

test('the built-in commands do what they say', async () => {
	await using team = await testTeam();
	const { ada, bob, eve, channelId, teamId } = team;
	const run = (command: string, by = ada) => by.post('/commands/execute', { channel_id: channelId, command });
	await run('/away');
	assert.equal((await bob.get(`/users/${ada.id}/status`)).body.status, 'away');
	await run('/header all about operations');
	assert.equal((await bob.get(`/channels/${channelId}`)).body.header, 'all about operations');
	await run('/me waves');
	const { order, posts } = (await ada.get(`/channels/${channelId}/posts`)).body;
	assert.deepEqual([posts[order[0]].message, posts[order[0]].type], ['*waves*', 'me']);
	await ada.post(`/teams/${teamId}/members`, { team_id: teamId, user_id: eve.id });
	assert.match((await run('/invite @eve')).body.text, /added/);
	assert.equal((await eve.get(`/channels/${channelId}/members/me`)).status, 200);
	await run('/kick @eve');
	assert.equal((await ada.get(`/channels/${channelId}/members/${eve.id}`)).status, 404);
	assert.match((await run('/msg @bob hello')).body.goto_location, /^\/eng\/channels\/.+__/);
	assert.equal((await run('/leave', bob)).body.goto_location, '/eng/channels/town-square');
	assert.equal((await run('/shrug', eve)).status, 403);
	assert.equal((await run('no slash')).status, 400);
});

test('a button calls its address, which may change the post and tell its user something', async () => {
	await using team = await testTeam();
	await using server = await integrationServer(() => ({ update: { message: 'done' }, ephemeral_text: 'well done' }));
	const { ada, bob, eve, channelId } = team;
	const integration = { url: server.url, context: { job: 7 } };
	const props = { attachments: [{ text: 'run?', actions: [{ name: 'Run', type: 'button', integration }] }] };
	const post = (await ada.post('/posts', { channel_id: channelId, message: '', props })).body;
	const [action] = post.props.attachments[0].actions;
	await bob.listen();
	const used = await bob.post(`/posts/${post.id}/actions/${action.id}`);
	assert.equal(used.body.status, 'OK');
	const sent = JSON.parse(server.calls[0]?.text ?? '');
	assert.deepEqual([sent.user_name, sent.context, sent.post_id], ['bob', { job: 7 }, post.id]);
	await bob.settled();
	assert.equal(JSON.parse(String(bob.heardOf('post_edited')[0]?.data.post)).message, 'done');
	assert.equal(JSON.parse(String(bob.heardOf('ephemeral_message')[0]?.data.post)).message, 'well done');
	assert.equal((await bob.post(`/posts/${post.id}/actions/nothing`)).status, 404);
	assert.equal((await eve.post(`/posts/${post.id}/actions/${action.id}`)).status, 403);
});

test('a dialog opens with a trigger id of the last three seconds, and its answers are passed on', async () => {
	await using team = await testTeam();
	await using server = await integrationServer(({ path }) =>
		path === '/submit' ? { errors: { name: 'taken' } } : undefined,
	);
	const { admin, ada, nobody, channelId, teamId, emulator } = team;
	await admin.post('/commands', { team_id: teamId, trigger: 'ask', method: 'P', url: server.url });
	await ada.listen();
	await ada.post('/commands/execute', { channel_id: channelId, command: '/ask' });
	const trigger_id = server.calls[0]?.form.trigger_id;
	const dialog = { trigger_id, url: `${server.url}/submit`, dialog: { title: 'Name?' } };
	assert.equal((await nobody.post('/actions/dialogs/open', dialog)).status, 200);
	await ada.settled();
	assert.equal(JSON.parse(String(ada.heardOf('open_dialog')[0]?.data.dialog)).dialog.title, 'Name?');
	const submission = { url: dialog.url, channel_id: channelId, team_id: teamId, submission: { name: 'x' } };
	assert.deepEqual((await ada.post('/actions/dialogs/submit', submission)).body, { errors: { name: 'taken' } });
	assert.equal(JSON.parse(server.calls[1]?.text ?? '').type, 'dialog_submission');
	emulator.clock.advance(4_000);
	assert.equal(
		(await nobody.post('/actions/dialogs/open', dialog)).body.id,
		'interactive_message.decode_trigger_id.expired',
	);
	assert.equal((await nobody.post('/actions/dialogs/open', { ...dialog, trigger_id: 'made up' })).status, 400);
});
