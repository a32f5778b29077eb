// Every method of the two programs that this client takes the place of, under their names, on a server that keeps what it is told.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { createEmulator, type Emulator } from '@matterkit/emulator';
import { isNotFoundError, isPermissionError, isValidationError } from '@matterkit/http';
import type { Channel } from '@mattermost/types/channels';
import type { Team } from '@mattermost/types/teams';
import type { UserProfile } from '@mattermost/types/users';
import { Mattermost } from './mattermost.ts';

let emulator: Emulator;
let admin: Mattermost;
let ada: Mattermost;
let bob: UserProfile;
let cyd: UserProfile;
let me: UserProfile;
let team: Team;
let channel: Channel;

before(async () => {
	emulator = await createEmulator();
	admin = await Mattermost.connect({ url: emulator.url, token: emulator.admin.token, strict: true });
	const person = (username: string) =>
		admin.users.create({ username, email: `${username}@example.com`, password: 'Passw0rd!' });
	[me, bob, cyd] = [await person('ada'), await person('bob'), await person('cyd')];
	ada = await Mattermost.connect({ url: emulator.url, login: { loginId: 'ada', password: 'Passw0rd!' }, strict: true });
	team = await ada.teams.create({ name: 'engineers', display_name: 'Engineers' });
	for (const user of [bob, cyd]) await ada.teams.addMember(team.id, user.id);
	channel = await ada.channels.create({ team_id: team.id, name: 'town', display_name: 'Town' });
});
after(async () => {
	await ada?.close();
	await admin?.close();
	await emulator?.[Symbol.asyncDispose]();
});

test('users: getMe, getById, getByUsername, getByEmail, search, getStatus, update', async () => {
	assert.equal((await ada.users.getMe()).username, 'ada');
	assert.equal((await ada.users.getById(bob.id)).username, 'bob');
	assert.equal((await ada.users.getByUsername('bob'))?.id, bob.id);
	assert.equal(await ada.users.getByUsername('nobody'), null);
	assert.equal((await admin.users.getByEmail('bob@example.com'))?.id, bob.id);
	assert.equal(await admin.users.getByEmail('nobody@example.com'), null);
	assert.deepEqual(
		(await ada.users.search('bo')).map((user) => user.id),
		[bob.id],
	);
	assert.equal((await ada.users.getStatus(bob.id)).user_id, bob.id);
	assert.equal((await ada.users.update(me.id, { nickname: 'Countess' })).nickname, 'Countess');
	await assert.rejects(ada.users.update(bob.id, { nickname: 'x' }), isPermissionError);
	for (const empty of [ada.users.getById(''), ada.users.getByUsername(''), ada.users.getStatus('')])
		await assert.rejects(empty, isValidationError);
});

test('teams: create, getAll, getById, getByName, search, members, admins', async () => {
	const made = await ada.teams.create({ name: 'made', display_name: 'Made', type: 'I' });
	assert.equal(made.type, 'I');
	assert((await admin.teams.getAll({ page: 0, per_page: 60 })).some((each) => each.id === team.id));
	assert.equal((await ada.teams.getById(team.id)).name, 'engineers');
	assert.equal((await ada.teams.getByName('engineers'))?.id, team.id);
	assert.equal(await admin.teams.getByName('no-such-team'), null);
	assert.equal((await admin.teams.search('engin'))[0]?.id, team.id);
	const members = await Array.fromAsync(ada.teams.getMembers(team.id, { per_page: 2 }));
	assert.equal(members.length, 3);
	assert.equal((await ada.teams.getMember(team.id, bob.id)).user_id, bob.id);
	assert.equal(await ada.teams.setAdmin(team.id, bob.id), true);
	assert.equal((await ada.teams.getMember(team.id, bob.id)).scheme_admin, true);
	assert.equal(await ada.teams.removeAdmin(team.id, bob.id), true);
	await ada.teams.addMember(made.id, cyd.id);
	await ada.teams.removeMember(made.id, cyd.id);
	await assert.rejects(ada.teams.getMember(made.id, bob.id), isNotFoundError);
});

test('channels: create, createDirect, getById, getByName, lists, search, members, admins, delete', async () => {
	const made = await ada.channels.create({
		team_id: team.id,
		name: 'made',
		display_name: 'Made',
		type: 'P',
		purpose: 'p',
		header: 'h',
	});
	assert.deepEqual([made.type, made.purpose, made.header], ['P', 'p', 'h']);
	const direct = await ada.channels.createDirect([me.id, bob.id]);
	assert.equal(direct.type, 'D');
	assert.equal((await ada.channels.createDirect([bob.id, me.id])).id, direct.id);
	assert.equal((await ada.channels.createDirect([me.id, bob.id, cyd.id])).type, 'G');
	await assert.rejects(ada.channels.createDirect([me.id]), isValidationError);
	assert.equal((await ada.channels.getById(channel.id)).name, 'town');
	assert.equal((await ada.channels.getByName(team.id, 'town'))?.id, channel.id);
	assert.equal(await ada.channels.getByName(team.id, 'no-such-channel'), null);
	assert((await ada.channels.getByTeam(team.id)).some((each) => each.id === channel.id));
	assert((await ada.channels.getMyChannelsInTeam(team.id)).some((each) => each.id === made.id));
	assert((await Array.fromAsync(admin.channels.listChannels({ per_page: 3 }))).some((each) => each.id === channel.id));
	assert.equal((await ada.channels.search(team.id, 'tow'))[0]?.id, channel.id);
	await ada.channels.addMember(channel.id, bob.id);
	assert.equal((await ada.channels.getMembers(channel.id)).length, 2);
	assert.equal((await ada.channels.getMember(channel.id, bob.id)).user_id, bob.id);
	assert.equal(await ada.channels.setAdmin(channel.id, bob.id), true);
	assert.equal(await ada.channels.removeAdmin(channel.id, bob.id), true);
	await ada.channels.removeMember(channel.id, bob.id);
	await assert.rejects(ada.channels.getMember(channel.id, bob.id), isNotFoundError);
	await ada.channels.delete(made.id);
	assert((await ada.channels.getById(made.id)).delete_at > 0);
});

test('posts: create, getById, getForChannel, getThread, search, update, delete', async () => {
	const root = await ada.posts.create({ channel_id: channel.id, message: 'a **word**', props: { ticket: 7 } });
	const reply = await ada.posts.create({ channel_id: channel.id, message: 'a reply', root_id: root.id });
	assert.deepEqual((await ada.posts.getById(root.id)).props, { ticket: 7 });
	assert((await ada.posts.getForChannel(channel.id, { page: 0, per_page: 60 })).order.includes(reply.id));
	assert.deepEqual(
		(await ada.posts.getThread(root.id)).map((post) => post.id),
		[root.id, reply.id],
	);
	assert.deepEqual(
		(await ada.posts.search(team.id, 'reply')).map((post) => post.id),
		[reply.id],
	);
	const updated = await ada.posts.update(root.id, 'another word');
	assert.deepEqual([updated.message, updated.props], ['another word', { ticket: 7 }]);
	await ada.posts.delete(reply.id);
	await assert.rejects(ada.posts.getById(reply.id), isNotFoundError);
	await assert.rejects(ada.posts.create({ channel_id: 'a'.repeat(26), message: 'x' }), isPermissionError);
});

test('the same key makes the same post', async () => {
	const post = { channel_id: channel.id, message: 'once', pending_post_id: `${me.id}:once` };
	const posts = await Promise.all([1, 2, 3].map(() => ada.posts.create(post)));
	assert.equal(new Set(posts.map((post) => post.id)).size, 1);
});

test('many posts at once are all in the list, also from a post on', async () => {
	const room = ada.channel(channel.id);
	const anchor = await room.sendMessage('anchor');
	const made = await Promise.all(Array.from({ length: 60 }, (_, n) => room.sendMessage(`post ${n}`)));
	const wanted = made.map((post) => post.id).sort();
	const all = await Array.fromAsync(ada.posts.list(channel.id, { per_page: 7 }));
	assert.deepEqual(
		all
			.slice(0, 60)
			.map((post) => post.id)
			.sort(),
		wanted,
	);
	const after = await Array.fromAsync(ada.posts.list(channel.id, { after: anchor.id, per_page: 7 }));
	const later = made.filter((post) => post.create_at > anchor.create_at).map((post) => post.id);
	assert.deepEqual(after.map((post) => post.id).sort(), later.sort());
	assert.deepEqual(
		after,
		after.toSorted((a, b) => a.create_at - b.create_at),
	);
});

test('every channel of a team, page by page', async () => {
	const ofTeam = await Array.fromAsync(admin.channels.listChannels({ team_id: team.id, per_page: 2 }));
	assert(ofTeam.some((each) => each.id === channel.id));
	assert(ofTeam.every((each) => each.team_id === team.id));
});

test('a room: messages, files small and large, and what the server stored is what was sent', async () => {
	const room = ada.channel(channel.id);
	const small = randomBytes(1000);
	const large = randomBytes(11 * 1024 * 1024);
	const fileId = await room.uploadFile('small.bin', small);
	const post = await room.sendMessage('with a file', { fileIds: [fileId] });
	assert.deepEqual(post.file_ids, [fileId]);
	await assert.rejects(room.sendMessage('with the same file', { fileIds: [fileId] }), { name: 'FilesDroppedError' });
	const both = await room.sendMessageWithFiles('two files', [
		{ name: 'small.bin', data: small },
		{ name: 'large.bin', data: large },
	]);
	const [first = '', second = ''] = both.file_ids ?? [];
	assert.deepEqual(Buffer.from(await ada.files.get(first)), small);
	assert.deepEqual(await buffer(await ada.files.download(second)), large);
	assert.equal((await ada.files.getInfo(second)).size, large.length);
	await assert.rejects(
		ada.files.upload(channel.id, Buffer.alloc(101 * 1024 * 1024), { name: 'huge' }),
		/the server takes/,
	);
});

test("reactions, pins, status and preferences are one's own without saying who one is", async () => {
	const post = await ada.channel(channel.id).sendMessage('react');
	assert.equal((await ada.reactions.add(post.id, 'thumbsup')).user_id, me.id);
	assert.equal((await ada.reactions.list(post.id)).length, 1);
	await ada.reactions.remove(post.id, 'thumbsup');
	assert.equal(((await ada.reactions.list(post.id)) ?? []).length, 0);
	await ada.posts.pin(post.id);
	assert((await ada.channels.getPinnedPosts(channel.id)).order.includes(post.id));
	assert.equal((await ada.status.set('me', 'away')).status, 'away');
	await ada.preferences.save('me', [{ user_id: me.id, category: 'a', name: 'b', value: 'c' }]);
	assert((await ada.preferences.list('me')).some((preference) => preference.value === 'c'));
});

test('a bot with a token of its own', async () => {
	const bot = await admin.bots.create({ username: 'robot', display_name: 'Robot' });
	const { token } = await admin.tokens.create(bot.user_id, 'for a test');
	const mm = admin.as(token);
	assert.equal(await mm.botUserId(), bot.user_id);
	const direct = await mm.channels.createDirect([bot.user_id, me.id]);
	assert.equal((await mm.posts.create({ channel_id: direct.id, message: 'beep' })).user_id, bot.user_id);
	await admin.teams.addMember(team.id, bot.user_id);
	assert.deepEqual(
		(await mm.botTeams()).map((each) => each.id),
		[team.id],
	);
});

test('new posts are told to handlers and to who watches the channel', async () => {
	const heard = Promise.withResolvers<string>();
	const stop = ada.on('posted', (event) => heard.resolve(event.data.post.message));
	const controller = new AbortController();
	const watched = ada.posts.watch(channel.id, { signal: controller.signal });
	const first = watched.next();
	// Until both streams are open nothing is told: post until something is.
	const timer = setInterval(
		() =>
			void ada
				.channel(channel.id)
				.sendMessage('news')
				.catch(() => {}),
		50,
	);
	const [message, { value }] = await Promise.all([heard.promise, first]);
	clearInterval(timer);
	assert.deepEqual([message, value?.message], ['news', 'news']);
	stop();
	controller.abort();
	while (!(await watched.next()).done);
});
