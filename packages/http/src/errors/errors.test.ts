import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { tempFolder } from '@matterkit/testing';
import { createHttpClient } from '../client.ts';
import { json, rejection, serve } from '../testing/server.ts';
import * as errors from './index.ts';

const byStatus = {
	400: errors.isValidationError,
	401: errors.isAuthenticationError,
	403: errors.isPermissionError,
	404: errors.isNotFoundError,
	409: errors.isConflictError,
	413: errors.isApiError,
	422: errors.isValidationError,
	429: errors.isRateLimitError,
	500: errors.isServerError,
	503: errors.isServerError,
};

test('each status has its class, with a literal name', async () => {
	await using server = await serve(({ url }, response) =>
		json(response, Number(url.slice(1)), { id: 'an.id', message: 'no' }),
	);
	await using client = createHttpClient(server.url, undefined, { maxRetries: 0 });
	const names: string[] = [];
	for (const [status, guard] of Object.entries(byStatus)) {
		const error = await rejection(client.get(`/${status}`));
		assert.ok(
			guard(error) && errors.isApiError(error) && errors.isHttpError(error) && error instanceof errors.ApiError,
		);
		assert.deepEqual([error.status, error.code, error.name], [Number(status), 'an.id', error.constructor.name]);
		assert.deepEqual(error.body, { id: 'an.id', message: 'no' });
		const others = Object.values(byStatus).filter((other) => other !== guard && other !== errors.isApiError);
		assert.ok(others.every((other) => !other(error)));
		names.push(error.name);
	}
	assert.deepEqual(
		names.join(' '),
		'ValidationError AuthenticationError PermissionError NotFoundError ConflictError ApiError ValidationError RateLimitError ServerError ServerError',
	);
});

test('code, message and request id are found in the usual places', async () => {
	const found = async (body: unknown, headers = {}) => {
		await using server = await serve((_, response) => json(response, 400, body, headers));
		await using client = createHttpClient(server.url);
		const error = (await rejection(client.get('/'))) as errors.ApiError;
		return [error.message.replace(/^.*\/: /, ''), error.code, error.requestId];
	};
	assert.deepEqual(await found({ id: 'a.b', message: 'no', request_id: 'r' }), ['400 no (a.b)', 'a.b', 'r']);
	assert.deepEqual(await found({ error: { code: 'c', message: 'no' } }, { 'x-request-id': 'r2' }), [
		'400 no (c)',
		'c',
		'r2',
	]);
	assert.deepEqual(await found({ error: 'invalid_grant', error_description: 'no' }), [
		'400 no (invalid_grant)',
		'invalid_grant',
		undefined,
	]);
	assert.deepEqual(await found({ type: 'about:blank', title: 'Bad', detail: 'no' }), [
		'400 no (about:blank)',
		'about:blank',
		undefined,
	]);
	assert.deepEqual(await found(['odd']), ['400', undefined, undefined]);
	assert.deepEqual(await found(null), ['400', undefined, undefined]);
});

test('an error can be written as JSON, and shows neither body nor headers when it is logged', async () => {
	await using server = await serve((_, response) =>
		json(response, 403, { id: 'p', email: 'ada@example.com' }, { 'set-cookie': 'hunter2' }),
	);
	await using client = createHttpClient(server.url);
	const error = await rejection(client.get('/users/x', { params: { q: 'hunter2' }, route: 'GET /users/{id}' }));
	assert.ok(errors.isPermissionError(error));
	const written = JSON.parse(JSON.stringify(error));
	assert.deepEqual(written, {
		name: 'PermissionError',
		message: `GET ${server.url}/users/x: 403 (p)`,
		status: 403,
		code: 'p',
		method: 'GET',
		url: `${server.url}/users/x`,
		route: 'GET /users/{id}',
		attempts: 1,
	});
	assert.equal(error.headers['set-cookie'], 'hunter2', 'it is there for who asks');
	assert.doesNotMatch(inspect(error) + JSON.stringify(error), /hunter2|ada@/);
});

test('guards know the errors of another copy of this package', async () => {
	await using folder = await tempFolder();
	const source = join(import.meta.dirname, '..');
	await cp(source, folder.path, { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
	await writeFile(join(folder.path, 'package.json'), '{"type":"module"}');
	assert.match(await readFile(join(folder.path, 'errors/not-found-error.ts'), 'utf8'), /class NotFoundError/);
	const copy: typeof errors = await import(join(folder.path, 'errors/index.ts'));
	const foreign = new copy.NotFoundError('not here', { status: 404 });
	assert.ok(!(foreign instanceof errors.NotFoundError), 'which instanceof does not');
	assert.ok(errors.isNotFoundError(foreign) && errors.isApiError(foreign) && errors.isHttpError(foreign));
	assert.ok(!errors.isConflictError(foreign) && !errors.isConnectionError(foreign));
});

test('guards know subclasses, and are not fooled by others', () => {
	class GoneError extends errors.NotFoundError {}
	assert.ok(errors.isNotFoundError(new GoneError('gone')));
	for (const other of [
		undefined,
		null,
		'NotFoundError',
		{},
		new Error('NotFoundError'),
		{ name: 'NotFoundError', status: 404 },
	]) {
		assert.ok(!errors.isHttpError(other) && !errors.isNotFoundError(other));
	}
});

test('a ValidationError can be raised before anything is sent', () => {
	const error = new errors.ValidationError('userId is empty');
	assert.deepEqual([error.status, error.attempts, error.message], [undefined, 0, 'userId is empty']);
	assert.ok(errors.isValidationError(error) && errors.isApiError(error));
});
