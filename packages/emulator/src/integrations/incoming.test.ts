import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTeam } from '../testing/team.ts';
import { fromSlack } from './integration-post.ts';

test('a webhook posts as its maker, marked, under another name where that is on', async () => {
	await using team = await testTeam({ settings: { usernameOverride: true, iconOverride: true } });
	const { admin, bob, nobody, channelId } = team;
	const hook = (await admin.post('/hooks/incoming', { channel_id: channelId, display_name: 'Build', username: 'ci' }))
		.body;
	await bob.listen();
	bob.forget();
	const sent = await nobody.post(`/hooks/${hook.id}`, {
		text: '<https://ci.example.com/7|Build 7> is red <!channel>',
		icon_emoji: 'fire',
		attachments: [{ text: 'tests', actions: [{ name: 'Again', integration: { url: 'http://127.0.0.1/' } }] }],
	});
	assert.equal(sent.text, 'ok');
	await bob.settled();
	const [event] = bob.heardOf('posted');
	assert.equal(event?.data.sender_name, 'ci');
	const post = JSON.parse(String(event?.data.post));
	assert.equal(post.message, '[Build 7](https://ci.example.com/7) is red @channel');
	assert.equal(post.type, 'slack_attachment');
	assert.equal(post.user_id, admin.id);
	assert.equal(post.props.from_webhook, 'true');
	assert.equal(post.props.override_username, 'ci');
	assert.equal(post.props.override_icon_emoji, 'fire');
	assert.equal(post.props.webhook_display_name, 'Build');
	assert.match(post.props.attachments[0].actions[0].id, /^[a-z0-9]{26}$/);
});

test('a webhook reaches other channels of its team and users, unless it is locked to its own', async () => {
	await using team = await testTeam();
	const { admin, ada, nobody, channelId } = team;
	const hook = (await admin.post('/hooks/incoming', { channel_id: channelId })).body;
	assert.equal((await nobody.post(`/hooks/${hook.id}`, { text: 'a', channel: '#town-square' })).status, 200);
	assert.equal((await nobody.post(`/hooks/${hook.id}`, { text: 'psst', channel: '@ada' })).status, 200);
	const direct = (await ada.get('/users/me/channels')).body.find((channel: { type: string }) => channel.type === 'D');
	assert.equal(direct.total_msg_count, 1);
	assert.equal((await nobody.post(`/hooks/${hook.id}`, { text: 'a', channel: 'no-such' })).status, 400);
	await admin.put(`/hooks/incoming/${hook.id}`, { channel_locked: true });
	assert.equal((await nobody.post(`/hooks/${hook.id}`, { text: 'a', channel: 'town-square' })).status, 400);
	await admin.delete(`/hooks/incoming/${hook.id}`);
	assert.equal((await nobody.post(`/hooks/${hook.id}`, { text: 'a' })).status, 400);
});

test('only who manages a team’s webhooks makes and sees them', async () => {
	await using team = await testTeam();
	const { ada, bob, channelId, teamId } = team;
	assert.equal((await bob.post('/hooks/incoming', { channel_id: channelId })).status, 403);
	const hook = (await ada.post('/hooks/incoming', { channel_id: channelId })).body;
	assert.equal((await bob.get(`/hooks/incoming?team_id=${teamId}`)).status, 403);
	assert.equal((await ada.get(`/hooks/incoming?team_id=${teamId}&include_total_count=true`)).body.total_count, 1);
	assert.equal((await bob.get(`/hooks/incoming/${hook.id}`)).status, 403);
	assert.equal((await ada.get('/hooks/incoming')).status, 403);
});

test('a text over the limit becomes several posts', async () => {
	await using team = await testTeam({ settings: { maxPostSize: 10 } });
	const { admin, ada, nobody, channelId } = team;
	const hook = (await admin.post('/hooks/incoming', { channel_id: channelId })).body;
	await nobody.post(`/hooks/${hook.id}`, { text: 'one two three four' });
	const { order, posts } = (await ada.get(`/channels/${channelId}/posts?per_page=2`)).body;
	assert.deepEqual(
		order.map((id: string) => posts[id].message),
		['ree four', 'one two th'],
	);
});

test('Slack’s links and mentions are turned into Mattermost’s', () => {
	assert.equal(fromSlack('<mailto:a@b.c|write> or <https://a.b>'), '[write](mailto:a@b.c) or https://a.b');
	assert.equal(fromSlack('<!here> <!everyone>'), '@here @all');
});
