import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isValidationError } from '@matterkit/http';
import fc from 'fast-check';
import { fillPath } from './path.ts';

test('a path parameter stays one segment, whatever is in it', () => {
	const route = 'GET /api/v4/users/username/{username}';
	fc.assert(
		fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
			fc.pre(name !== '.' && name !== '..');
			const path = fillPath(route, () => name);
			const url = new URL(path, 'http://server');
			assert.equal(url.pathname.split('/').length, 6);
			assert.deepEqual([url.search, url.hash], ['', '']);
			assert.equal(decodeURIComponent(url.pathname.split('/')[5] ?? ''), name);
		}),
	);
});

for (const value of ['', '.', '..', undefined, null, {}, '\ud800']) {
	test(`${JSON.stringify(value)} is refused as a path parameter`, () => {
		assert.throws(
			() => fillPath('GET /api/v4/users/{user_id}', () => value),
			(error) => isValidationError(error) && error.status === undefined && error.message.includes('user_id'),
		);
	});
}

test('parameters are filled by name and by position, numbers too', () => {
	const route = 'PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}';
	const byName: Record<string, unknown> = { user_id: 'u', team_id: 't', thread_id: 'p', timestamp: 17 };
	const expected = '/api/v4/users/u/teams/t/threads/p/read/17';
	assert.equal(
		fillPath(route, (name) => byName[name]),
		expected,
	);
	assert.equal(
		fillPath(route, (_, index) => Object.values(byName)[index]),
		expected,
	);
});
