import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { freePort } from '@matterkit/testing';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { toClient } from './errors.ts';

test('a Mattermost that is away is told so, with a code to try again on', async () => {
	await using mm = new Mattermost({ url: `http://127.0.0.1:${await freePort()}`, token: 'none', maxRetries: 0 });
	const cause = await mm.users.getMe().catch((error: Error) => error);
	assert.ok(cause instanceof Error);
	const told = toClient(
		new GraphQLError('wrapped', { originalError: cause, path: ['me'] }),
		'r1',
		pino({ enabled: false }),
	);
	assert.deepEqual(told, {
		message: 'Mattermost does not answer. Please try again.',
		path: ['me'],
		extensions: { code: 'UNAVAILABLE', requestId: 'r1' },
	});
});
