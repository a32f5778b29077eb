import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRouter } from './emulator.ts';
import { knownRoutes } from './known-routes.ts';
import { Router, route } from './router.ts';

const nothing = () => undefined;

test('a fixed segment goes before a parameter, in whatever order they were added', () => {
	const router = new Router();
	router.add(route('GET /users/{user_id}', nothing));
	router.add(route('GET /users/stats', nothing));
	assert.equal(router.find('GET', '/users/stats')?.route.name, 'GET /users/stats');
	assert.deepEqual(router.find('GET', '/users/x')?.params, { user_id: 'x' });
});

test('a path that begins like a fixed one may still be a parameter', () => {
	const router = new Router();
	router.add(route('GET /users/tokens/{token_id}', nothing));
	router.add(route('GET /users/{user_id}/teams', nothing));
	assert.deepEqual(router.find('GET', '/users/tokens/teams')?.params, { token_id: 'teams' });
	assert.deepEqual(router.find('GET', '/users/x/teams')?.params, { user_id: 'x' });
	assert.equal(router.find('GET', '/users/tokens'), undefined);
});

test('parameters are decoded, one that can not be is taken as it is', () => {
	const router = new Router();
	router.add(route('GET /users/email/{email}', nothing));
	assert.deepEqual(router.find('GET', '/users/email/ada%40example.com')?.params, { email: 'ada@example.com' });
	assert.deepEqual(router.find('GET', '/users/email/100%')?.params, { email: '100%' });
});

test('every route of the real server is found under its own name', () => {
	const router = makeRouter();
	for (const known of knownRoutes) {
		const name = known.replace('{websocket}', 'websocket');
		const [method = '', path = ''] = name.split(' ');
		assert.equal(router.find(method, path.replaceAll(/\{\w+\}/g, 'aaaaaaaaaaaaaaaaaaaaaaaaaa'))?.route.name, name);
	}
});
