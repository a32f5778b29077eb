import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { borrow, startService } from './testing/service.ts';
import { createWorld } from './testing/world.ts';

test('what was accepted, repeated, sent and refused is counted, and what waits is shown with its age', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	const send = (more: object, wait = '?wait=10s') =>
		service.request(`/send${wait}`, { method: 'POST', body: { ...borrow, ...more } });
	await send({ requestId: 1 });
	await send({ requestId: 1 });
	await send({ requestId: 2, mattermostUsername: 'nobody' });
	let text = await service.notifier.metrics.metrics();
	for (const line of [
		'matterkit_notifier_accepted_total 2',
		'matterkit_notifier_repeated_total 1',
		'matterkit_notifier_sent_total 1',
		'matterkit_notifier_dead_total 1',
		'matterkit_notifier_unknown_total 0',
		'matterkit_notifier_looked_up_total{found="yes"} 0',
		'matterkit_notifier_looked_up_total{found="no"} 0',
		'matterkit_notifier_doubled_total 0',
		'matterkit_notifier_accept_to_post_seconds_count 1',
		'matterkit_notifier_deliveries{state="pending"} 0',
		'matterkit_notifier_oldest_seconds 0',
	])
		assert.ok(text.includes(`${line}\n`), line);
	world.server.away = true;
	await send({ requestId: 3 }, '');
	await until('its age is shown', async () => {
		text = await service.notifier.metrics.metrics();
		const oldest = Number(/^matterkit_notifier_oldest_seconds (\S+)/m.exec(text)?.[1]);
		return oldest > 0 && oldest < 5;
	});
});
