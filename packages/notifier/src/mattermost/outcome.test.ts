import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from './outcome.ts';

/** An error as the client throws it. */
const answered = (status: number, body: unknown, more: object = {}) =>
	Object.assign(new Error('failed'), { status, body, ...more });
const mattermost = (status: number, id: string) =>
	answered(status, { id, message: 'No.', detailed_error: '', request_id: 'r', status_code: status });
const kind = (error: unknown) => failureOf(error).kind;

test("Mattermost's own 400, 403 and 404 mean no, for ever", () => {
	for (const [status, id] of [
		[400, 'model.post.is_valid.message_length.app_error'],
		[403, 'api.context.permissions.app_error'],
		[404, 'app.user.get_by_username.app_error'],
		[400, 'api.post.create_post.can_not_post_to_deleted.error'],
		[400, 'store.sql_team.save_team.existing.app_error'],
	] as const)
		assert.equal(kind(mattermost(status, id)), 'refused', id);
	assert.match(JSON.stringify(failureOf(mattermost(403, 'api.context.permissions.app_error'))), /No\. \(api\.context/);
});

test("a proxy's 403 or 404, in HTML or JSON, says nothing about the post", () => {
	for (const body of [
		'<h1>Forbidden</h1>',
		undefined,
		{},
		{ message: 'no' },
		{ id: 'forbidden', status_code: 403 },
		{ error: { id: 'x.y' } },
	])
		assert.equal(kind(answered(403, body)), 'unclear', JSON.stringify(body));
	assert.equal(kind(answered(404, { id: 'api.context.404.app_error', status_code: 500 })), 'unclear');
});

test('no answer, a timeout and any 5xx are unclear, also with an error id', () => {
	for (const error of [
		new Error('socket hang up'),
		answered(502, '<h1>'),
		mattermost(500, 'app.post.save.app_error'),
		answered(408, ''),
		mattermost(425, 'a.b'),
	])
		assert.equal(kind(error), 'unclear');
});

test('401 is about the token, whoever says it', () => {
	assert.equal(kind(mattermost(401, 'api.context.session_expired.app_error')), 'unauthorized');
	assert.equal(kind(answered(401, '')), 'unauthorized');
});

test('429 waits as long as it is told, an hour at most, a second if it is told nothing', () => {
	assert.deepEqual(failureOf(answered(429, 'limit exceeded\n', { retryAfter: 3 })), { kind: 'throttled', wait: 3_000 });
	assert.deepEqual(failureOf(answered(429, 'limit exceeded\n', { retryAfter: 0 })), { kind: 'throttled', wait: 0 });
	assert.deepEqual(failureOf(answered(429, '')), { kind: 'throttled', wait: 1_000 });
	assert.deepEqual(failureOf(answered(429, '', { retryAfter: 86_400 })), { kind: 'throttled', wait: 3_600_000 });
});

test('a post that is still being made is asked for again', () => {
	assert.equal(kind(mattermost(500, 'api.post.deduplicate_create_post.pending')), 'in-flight');
});
