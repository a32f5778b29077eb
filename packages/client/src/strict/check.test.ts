import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerError } from '../answer-error.ts';
import { Mattermost } from '../mattermost.ts';
import { stubServer } from '../testing/stub-server.ts';
import { check } from './check.ts';

const stats = { channel_id: 'c', member_count: 3, guest_count: 0 };

test('an answer that has what its type promises passes, whatever else it has', () => {
	check('GET /api/v4/channels/{channel_id}/stats', { ...stats, more: true });
	check('GET /api/v4/recaps', { anything: 'of a route without shape' });
});

for (const [what, answer, says] of [
	['nothing', undefined, 'the answer should be an object, not undefined'],
	['a page of HTML', '<html>', 'the answer should be an object, not string'],
	['an array', [stats], 'the answer should be an object, not array'],
	[
		'a field less',
		{ ...stats, member_count: undefined },
		'the answer at member_count should be of type number, not undefined',
	],
	['null in a field', { ...stats, channel_id: null }, 'the answer at channel_id should be of type string, not null'],
] as const) {
	test(`strict: ${what} instead of a channel's numbers is an AnswerError that says where`, () => {
		assert.throws(
			() => check('GET /api/v4/channels/{channel_id}/stats', answer),
			(error) => error instanceof AnswerError && error.message === `GET /api/v4/channels/{channel_id}/stats: ${says}`,
		);
	});
}

test('strict: the place of a fault deep in a list is named', () => {
	const list = { order: ['p1'], posts: { p1: { id: 'p1' } } };
	assert.throws(() => check('GET /api/v4/posts/{post_id}/thread', list), { at: 'posts["p1"].create_at' });
	assert.throws(() => check('POST /api/v4/users/status/ids', [{ user_id: 'u', status: 'away', manual: false }, 7]), {
		at: '[1]',
	});
});

test('a strict client refuses such an answer, another one hands it out', async () => {
	await using stub = await stubServer(() => ({ id: 'u' }));
	await using strict = new Mattermost({ url: stub.url, token: 't', strict: true });
	await using lax = new Mattermost({ url: stub.url, token: 't' });
	await assert.rejects(strict.users.getMe(), { name: 'AnswerError', at: 'create_at' });
	await assert.rejects(strict.request('GET /api/v4/users/{user_id}', { user_id: 'u' }), { name: 'AnswerError' });
	assert.deepEqual(await lax.users.getMe(), { id: 'u' });
});
