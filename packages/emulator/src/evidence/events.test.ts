import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createEmulator } from '../index.ts';
import { Person } from '../testing/person.ts';
import { publishedEvents } from './events.ts';

/** Who must hear the event; everybody else who listens must not. */
type Step = readonly [event: string, hears: readonly Person[], cause: () => Promise<unknown>];

test('each event is published when it should be, to those who should hear it and to nobody else', async () => {
	await using emulator = await createEmulator({ settings: { licensed: true } });
	const { url, admin: root } = emulator;
	await using admin = await new Person(url, root).listen();
	await using ada = await (await Person.signUp(url, 'ada')).listen();
	await using bob = await (await Person.signUp(url, 'bob')).listen();
	await using eve = await (await Person.signUp(url, 'eve')).listen();
	const all = [admin, ada, bob, eve];
	await using dialogs = await dialogServer(url);

	// ada's team, where bob is a member; eve and the administrator are not in it. `ops` is ada's and bob's, `own` is ada's.
	const team = (await ada.post('/teams', { name: 'eng', display_name: 'Eng', type: 'O' })).body;
	await ada.post(`/teams/${team.id}/members`, { team_id: team.id, user_id: bob.id });
	const channelOf = async (name: string, type = 'O') =>
		(await ada.post('/channels', { team_id: team.id, name, display_name: name, type })).body;
	const ops = await channelOf('ops');
	const own = await channelOf('own', 'P');
	await ada.post(`/channels/${ops.id}/members`, { user_id: bob.id });
	const postBy = async (by: Person, message: string, more: object = {}) =>
		(await by.post('/posts', { channel_id: ops.id, message, ...more })).body;
	const first = await postBy(ada, 'the first');
	const group = { id: '', custom: '' };
	const made: Record<string, string> = {};
	const categories = `/users/me/teams/${team.id}/channels/categories`;
	const bookmarks = `/channels/${ops.id}/bookmarks`;
	const scheduled = { channel_id: ops.id, message: 'later', scheduled_at: emulator.clock.now() + 3_600_000 };

	const steps: readonly Step[] = [
		['typing', [bob], () => ada.post('/users/me/typing', { channel_id: ops.id, parent_id: '' })],
		['posted', [ada, bob], () => postBy(bob, 'hello')],
		['posted', [ada], () => ada.post('/posts', { channel_id: own.id, message: 'for me' })],
		['multiple_channels_viewed', [ada], () => postBy(ada, 'seen')],
		['post_edited', [ada, bob], () => ada.put(`/posts/${first.id}/patch`, { message: 'edited' })],
		[
			'reaction_added',
			[ada, bob],
			() => bob.post('/reactions', { user_id: bob.id, post_id: first.id, emoji_name: 'tada' }),
		],
		['reaction_removed', [ada, bob], () => bob.delete(`/users/me/posts/${first.id}/reactions/tada`)],
		['post_acknowledgement_added', [ada, bob], () => bob.post(`/users/me/posts/${first.id}/ack`)],
		['post_acknowledgement_removed', [ada, bob], () => bob.delete(`/users/me/posts/${first.id}/ack`)],
		[
			'ephemeral_message',
			[bob],
			() => admin.post('/posts/ephemeral', { user_id: bob.id, post: { channel_id: ops.id, message: 'psst' } }),
		],
		['thread_updated', [ada, bob], () => postBy(bob, 'a reply', { root_id: first.id })],
		['thread_follow_changed', [bob], () => bob.delete(`/users/me/teams/${team.id}/threads/${first.id}/following`)],
		[
			'thread_read_changed',
			[ada],
			() => ada.put(`/users/me/teams/${team.id}/threads/${first.id}/read/${emulator.clock.now()}`),
		],
		['post_unread', [ada], () => ada.post(`/users/me/posts/${first.id}/set_unread`)],
		['post_deleted', [ada, bob], async () => ada.delete(`/posts/${(await postBy(ada, 'gone')).id}`)],
		['draft_created', [ada], () => ada.post('/drafts', { channel_id: ops.id, message: 'half a' })],
		['draft_deleted', [ada], () => ada.delete(`/users/me/channels/${ops.id}/drafts`)],
		[
			'scheduled_post_created',
			[ada],
			async () => (made.scheduled = (await ada.post('/posts/schedule', scheduled)).body.id),
		],
		[
			'scheduled_post_updated',
			[ada],
			() => ada.put(`/posts/schedule/${made.scheduled}`, { ...scheduled, id: made.scheduled }),
		],
		['scheduled_post_deleted', [ada], () => ada.delete(`/posts/schedule/${made.scheduled}`)],

		['channel_created', [ada], async () => (made.channel = (await channelOf('new')).id)],
		['channel_updated', [ada, bob], () => ada.put(`/channels/${ops.id}/patch`, { purpose: 'to operate' })],
		['channel_converted', [ada, bob], () => admin.put(`/channels/${made.channel}/privacy`, { privacy: 'P' })],
		['channel_deleted', [ada], () => ada.delete(`/channels/${own.id}`)],
		['channel_restored', [ada], () => admin.post(`/channels/${own.id}/restore`)],
		[
			'channel_member_updated',
			[bob],
			() => ada.put(`/channels/${ops.id}/members/${bob.id}/schemeRoles`, { scheme_user: true, scheme_admin: true }),
		],
		[
			'channel_bookmark_created',
			[ada, bob],
			async () =>
				(made.bookmark = (
					await ada.post(bookmarks, { type: 'link', display_name: 'Docs', link_url: 'https://example.com' })
				).body.id),
		],
		['channel_bookmark_updated', [ada, bob], () => ada.patch(`${bookmarks}/${made.bookmark}`, { display_name: 'Doc' })],
		['channel_bookmark_sorted', [ada, bob], () => ada.post(`${bookmarks}/${made.bookmark}/sort_order`, '0')],
		['channel_bookmark_deleted', [ada, bob], () => ada.delete(`${bookmarks}/${made.bookmark}`)],
		['direct_added', [ada, bob], () => ada.post('/channels/direct', [ada.id, bob.id])],
		['group_added', [ada, bob, eve], () => ada.post('/channels/group', [ada.id, bob.id, eve.id])],
		['added_to_team', [eve], () => ada.post(`/teams/${team.id}/members`, { team_id: team.id, user_id: eve.id })],
		['user_added', [ada, bob, eve], () => ada.post(`/channels/${ops.id}/members`, { user_id: eve.id })],
		['user_removed', [ada, bob, eve], () => ada.delete(`/channels/${ops.id}/members/${eve.id}`)],
		['leave_team', [ada, bob, eve], () => ada.delete(`/teams/${team.id}/members/${eve.id}`)],
		[
			'memberrole_updated',
			[bob],
			() => admin.put(`/teams/${team.id}/members/${bob.id}/schemeRoles`, { scheme_user: true, scheme_admin: true }),
		],
		['update_team', [ada, bob], () => ada.put(`/teams/${team.id}/patch`, { description: 'those who build' })],
		[
			'preferences_changed',
			[ada],
			() => ada.put('/users/me/preferences', [{ user_id: ada.id, category: 'x', name: 'y', value: 'z' }]),
		],
		[
			'preferences_deleted',
			[ada],
			() => ada.post('/users/me/preferences/delete', [{ user_id: ada.id, category: 'x', name: 'y' }]),
		],
		['preference_changed', [ada], () => ada.post('/commands/execute', { channel_id: ops.id, command: '/collapse' })],
		[
			'sidebar_category_created',
			[ada],
			async () =>
				(made.category = (await ada.post(categories, { display_name: 'Mine', channel_ids: [ops.id] })).body.id),
		],
		[
			'sidebar_category_updated',
			[ada],
			() => ada.put(`${categories}/${made.category}`, { id: made.category, display_name: 'My own', channel_ids: [] }),
		],
		[
			'sidebar_category_order_updated',
			[ada],
			async () => ada.put(`${categories}/order`, (await ada.get(`${categories}/order`)).body.reverse()),
		],
		['sidebar_category_deleted', [ada], () => ada.delete(`${categories}/${made.category}`)],

		['new_user', all, () => Person.signUp(url, 'gil')],
		['user_updated', all, () => ada.put('/users/me/patch', { nickname: 'Countess' })],
		['status_change', [ada], () => ada.put('/users/me/status', { user_id: ada.id, status: 'dnd' })],
		['user_role_updated', [bob], () => admin.put(`/users/${bob.id}/roles`, { roles: 'system_user system_post_all' })],
		['emoji_added', all, () => ada.post('/emoji', emojiForm(ada.id))],
		[
			'received_group',
			all,
			async () =>
				(group.custom = (
					await ada.post('/groups', { name: 'pilots', display_name: 'Pilots', source: 'custom', user_ids: [ada.id] })
				).body.id),
		],
		['group_member_add', [bob], () => ada.post(`/groups/${group.custom}/members`, { user_ids: [bob.id] })],
		['group_member_deleted', [bob], () => ada.delete(`/groups/${group.custom}/members`, { user_ids: [bob.id] })],
		[
			'received_group_associated_to_team',
			[ada, bob],
			() => ada.post(`/groups/${group.custom}/teams/${team.id}/link`, { auto_add: true }),
		],
		[
			'received_group_not_associated_to_team',
			[ada, bob],
			() => ada.delete(`/groups/${group.custom}/teams/${team.id}/link`),
		],
		[
			'received_group_associated_to_channel',
			[ada, bob],
			() => ada.post(`/groups/${group.custom}/channels/${ops.id}/link`, { auto_add: true }),
		],
		[
			'received_group_not_associated_to_channel',
			[ada, bob],
			() => ada.delete(`/groups/${group.custom}/channels/${ops.id}/link`),
		],
		[
			'open_dialog',
			[ada],
			async () => {
				await admin.post('/commands', { team_id: team.id, trigger: 'ask', method: 'P', url: dialogs.url });
				await ada.post('/commands/execute', { channel_id: ops.id, command: '/ask' });
			},
		],

		[
			'custom_profile_attributes_field_created',
			all,
			async () =>
				(made.field = (await admin.post('/custom_profile_attributes/fields', { name: 'Rank', type: 'text' })).body.id),
		],
		[
			'custom_profile_attributes_field_updated',
			all,
			() => admin.patch(`/custom_profile_attributes/fields/${made.field}`, { name: 'Grade' }),
		],
		[
			'custom_profile_attributes_values_updated',
			all,
			() => ada.patch('/custom_profile_attributes/values', { [made.field ?? '']: 'captain' }),
		],
		[
			'custom_profile_attributes_field_deleted',
			all,
			() => admin.delete(`/custom_profile_attributes/fields/${made.field}`),
		],
		['plugin_statuses_changed', [admin], () => admin.post('/plugins', pluginForm())],
		['plugin_enabled', all, () => admin.post('/plugins/com.example.nothing/enable')],
		['plugin_disabled', all, () => admin.post('/plugins/com.example.nothing/disable')],
		['first_admin_visit_marketplace_status_received', all, () => admin.post('/plugins/marketplace/first_admin_visit')],
		['config_changed', all, () => admin.put('/config/patch', { TeamSettings: { MaxUsersPerTeam: 60 } })],
		['user_activation_status_change', all, () => admin.put(`/users/${eve.id}/active`, { active: true })],
		['delete_team', [ada, bob], () => ada.delete(`/teams/${team.id}`)],
		['restore_team', [ada, bob], () => admin.post(`/teams/${team.id}/restore`)],
		['license_changed', all, () => admin.delete('/license')],
	];

	const seen = new Set(['hello']);
	for (const person of all) assert.equal(person.heard[0]?.event, 'hello', `${person.username} is greeted first`);
	for (const [event, hears, cause] of steps) {
		for (const person of all) person.forget();
		await cause();
		for (const person of all) await person.settled();
		const heard = all.filter((person) => person.heardOf(event).length > 0).map(({ username }) => username);
		assert.deepEqual(
			heard,
			hears.map(({ username }) => username),
			`who hears ${event}`,
		);
		seen.add(event);
	}
	assert.deepEqual([...seen].sort(), [...publishedEvents].sort(), 'each event of the list has happened');
	assert.ok(publishedEvents.length >= 61);
});

/** Answers a slash command by opening a dialog with the trigger id that it was given. */
async function dialogServer(mattermost: string) {
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const form = new URLSearchParams(Buffer.concat(chunks).toString());
		await fetch(`${mattermost}/api/v4/actions/dialogs/open`, {
			method: 'POST',
			body: JSON.stringify({
				trigger_id: form.get('trigger_id'),
				url: 'http://127.0.0.1/',
				dialog: { title: 'Name?' },
			}),
		});
		response.end();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: async () => void server.close() };
}

function emojiForm(creatorId: string): FormData {
	const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
	const form = new FormData();
	form.append('emoji', JSON.stringify({ name: 'mk', creator_id: creatorId }));
	form.append('image', new Blob([Buffer.from(png, 'base64')]), 'mk.png');
	return form;
}

function pluginForm(): FormData {
	const manifest = Buffer.from(JSON.stringify({ id: 'com.example.nothing', name: 'Nothing', version: '1.0.0' }));
	const header = Buffer.alloc(512);
	header.write('plugin.json');
	header.write(manifest.length.toString(8).padStart(11, '0'), 124);
	const tar = Buffer.concat([header, manifest, Buffer.alloc(512 - manifest.length)]);
	const form = new FormData();
	form.append('plugin', new Blob([gzipSync(tar)]), 'nothing.tar.gz');
	return form;
}
