import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { borrow, startService } from '../testing/service.ts';
import { createWorld } from '../testing/world.ts';

test('the outcome is not waited for when who asks is gone, before or meanwhile', async () => {
	await using world = await createWorld();
	world.server.away = true;
	await using service = await startService(world);
	const answered: string[] = [];
	const ask = async (requestId: number, signal: AbortSignal) => {
		const { status } = await service.notifier.send({ ...borrow, requestId }, { wait: 600_000, signal });
		answered.push(status);
	};
	const leaving = new AbortController();
	const asked = [ask(1, AbortSignal.abort()), ask(2, leaving.signal)];
	await until('the one that was gone is answered', () => answered.length === 1);
	leaving.abort();
	await until('the other is, too', () => answered.length === 2);
	await Promise.all(asked);
	assert.deepEqual(answered, ['accepted', 'accepted']);
});
