import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isoTime, messageOf, type PostFacts } from './message.ts';
import { asSeenByAll, personOf } from './person.ts';

const post: PostFacts = {
	id: 'p1',
	user_id: 'u1',
	channel_id: 'c1',
	root_id: '',
	message: 'hello',
	type: '',
	create_at: 1795224722605,
	update_at: 1795224722605,
	edit_at: 0,
	delete_at: 0,
	reply_count: 0,
	is_pinned: false,
	file_ids: [],
	metadata: {},
};
const image = { id: 'f1', name: 'dot.png', size: 67, mime_type: 'image/png', width: 1, height: 1 };

test('a plain post has type text, a system post keeps its own', () => {
	assert.equal(messageOf(post, null).type, 'text');
	assert.equal(messageOf({ ...post, type: 'system_join_team' }, null).type, 'system_join_team');
});

test('a post with pictures only is an image, with any other file a file', () => {
	const of = (...files: (typeof image)[]) =>
		messageOf({ ...post, file_ids: files.map(({ id }) => id), metadata: { files } }, null).type;
	assert.equal(of(image), 'image');
	assert.equal(of(image, { ...image, id: 'f2', mime_type: 'text/plain' }), 'file');
	assert.equal(messageOf({ ...post, file_ids: ['f1'] }, null).type, 'file', 'what the files are is not known');
});

test('what the server rewrites for one receiver does not go to others', () => {
	const rewritten: object = {
		...post,
		props: { channel_mentions: { secret: {} }, previewed_post: 'p9' },
		metadata: { embeds: [{ type: 'permalink', data: { post: { message: 'a private message' } } }] },
	};
	assert.doesNotMatch(JSON.stringify(messageOf(rewritten as PostFacts, null)), /private|secret|p9/);
	const burning = { ...post, type: 'burn_on_read', message: 'read me once', metadata: { files: [image] } };
	assert.doesNotMatch(JSON.stringify(messageOf(burning, null)), /once|dot\.png/);
});

test('times are written as the reference writes them', () => {
	assert.equal(isoTime(1795224722605), '2026-11-21T01:32:02.605000+00:00');
	assert.equal(isoTime(1795224722000), '2026-11-21T01:32:02.000000+00:00');
});

test('others see of a person what the server allows', () => {
	const person = personOf({
		id: 'u1',
		username: 'ada',
		email: 'ada@example.com',
		roles: 'system_user system_admin',
		nickname: '',
		first_name: 'Ada',
		last_name: 'Lovelace',
		delete_at: 0,
	});
	assert.equal(person.isStaff, true);
	assert.deepEqual(asSeenByAll(person, { showEmail: true, showFullName: true }), person);
	const hidden = asSeenByAll(person, { showEmail: false, showFullName: false });
	assert.deepEqual([hidden.email, hidden.firstName, hidden.lastName], ['', '', '']);
});
