// What must not compile doesn't: `npm run types` fails when a line below `@ts-expect-error` is right.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Post } from '@mattermost/types/posts';
import type { UserProfile } from '@mattermost/types/users';
import type { Mattermost } from './mattermost.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => {};

async function requests(mm: Mattermost): Promise<void> {
	const user = await mm.request('GET /api/v4/users/{user_id}', { user_id: 'u' });
	same<typeof user, UserProfile>(true);
	await mm.request('GET /api/v4/users');
	await mm.request('POST /api/v4/users/ids', {}, { json: ['u'] });
	await mm.request('PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}', {
		user_id: 'me',
		team_id: 't',
		thread_id: 'p',
		timestamp: 17,
	});
	// @ts-expect-error the parameters of the path are missing
	await mm.request('GET /api/v4/users/{user_id}');
	// @ts-expect-error a parameter has another name
	await mm.request('GET /api/v4/users/{user_id}', { id: 'u' });
	// @ts-expect-error a parameter that the route does not have
	await mm.request('GET /api/v4/users/{user_id}', { user_id: 'u', team_id: 't' });
	// @ts-expect-error a parameter may be missing at run time
	await mm.request('GET /api/v4/users/{user_id}', { user_id: undefined });
	// @ts-expect-error the server has no such route
	await mm.request('GET /api/v4/user/{user_id}', { user_id: 'u' });
	// @ts-expect-error the server has the path, but not the method
	await mm.request('DELETE /api/v4/system/ping');
	// @ts-expect-error a route without parameters takes none
	await mm.request('GET /api/v4/users', { user_id: 'u' });
}

async function methods(mm: Mattermost): Promise<void> {
	const named: UserProfile | null = await mm.users.getByUsername('ada');
	for await (const post of mm.posts.list('town')) same<typeof post, Post>(true);
	for await (const users of mm.users.list().byPage()) same<typeof users, UserProfile[]>(true);
	const page = await mm.users.list({ page: 2 });
	same<typeof page, UserProfile[]>(true);
	// @ts-expect-error getByUsername may give null
	named.id;
	// @ts-expect-error a post needs a channel
	await mm.posts.create({ message: 'hello' });
	// @ts-expect-error an unknown filter
	mm.users.list({ in_teams: 't' });
	// @ts-expect-error ids come before fields
	await mm.channels.update({ header: 'h' }, 'c');
}

test('routes and methods are typed (checked by the compiler)', () => {
	assert.equal(typeof requests, 'function');
	assert.equal(typeof methods, 'function');
});

test('all 541 routes of the server are there, once each', () => {
	const source = readFileSync(new URL('./routes.ts', import.meta.url), 'utf8');
	const routes = source.match(/^\t'?(?:GET|HEAD|POST|PUT|PATCH|DELETE) \/[^']+'/gm) ?? [];
	assert.equal(routes.length, 541);
	assert.equal(new Set(routes).size, 541);
});
