import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { until } from '@matterkit/testing';
import { sql } from 'kysely';
import { accept } from '../accepting/accept.ts';
import { acceptance, begin, hour } from '../testing/deliveries.ts';
import { borrow, type RunningService, startService } from '../testing/service.ts';
import { outboxTests } from '../testing/suites.ts';
import { createWorld } from '../testing/world.ts';
import { claim } from './claim.ts';
import { dropOldDeliveries } from './housekeeping.ts';
import type { NotifierTables } from './tables.ts';
import { finishSent } from './transitions.ts';

const send = async (service: RunningService, requestId: number, more: object = {}) =>
	(await service.request('/send?wait=60s', { method: 'POST', body: { ...borrow, requestId, ...more } })).body;
const keysOf = async (service: RunningService) =>
	(await service.request('/idempotency')).body.records.map(({ key }: { key: string }) => key);
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

test('what is finished goes after its time, and its keys; what is not stays, and its keys however old', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world, { retention: 2_000, idempotencyWindow: 2_000, cleanupInterval: 20 });
	const unfinished = (
		await service.request('/send', {
			method: 'POST',
			body: { ...borrow, requestId: 1, sendAt: inAnHour() },
			headers: { 'idempotency-key': 'mine' },
		})
	).body;
	const sent = await send(service, 2);
	const dead = await send(service, 3, { mattermostUsername: 'nobody' });
	assert.deepEqual([sent.status, dead.status], ['sent', 'dead']);
	for (const { id } of [sent, dead])
		await until('it is gone', async () => (await service.request(`/${id}`)).status === 404);
	await until('so are the keys', async () => (await keysOf(service)).length === 2);
	assert.deepEqual((await keysOf(service)).sort(), ['caller:mine', 'notification:BORROW:1:123']);
	assert.equal((await service.request(`/${unfinished.id}`)).body.status, 'scheduled');
	const repeat = await service.request('/send', { method: 'POST', body: { ...borrow, requestId: 1 } });
	assert.deepEqual([repeat.body.id, repeat.body.skipped], [unfinished.id, true]);
	assert.notEqual((await send(service, 2)).id, sent.id, 'after its time the same request is a new one');
	assert.equal((await world.channelMessages()).length, 2);
});

test('however short the retention, a repeat within the window is told how the first one went', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world, { retention: 1, cleanupInterval: 20 });
	const sent = await send(service, 1);
	const db = service.store.db<NotifierTables>();
	const old = { delivery_id: 'none', created_at: 0, expires_at: 0 };
	// The second goes with a clean-up that began after the first had gone.
	for (const key of ['first', 'second']) {
		await db
			.insertInto('notifier_key')
			.values({ key, ...old })
			.execute();
		await until('a clean-up', async () => !(await keysOf(service)).includes(key));
	}
	const { id, postId, status, skipped } = await send(service, 1);
	assert.deepEqual([id, postId, status, skipped], [sent.id, sent.postId, 'sent', true]);
});

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`what is thrown away on ${kind}`, () => {
		const run = outboxTests(kind);

		run(
			'finished deliveries go after their retention, those that wait for the auditor or a worker stay',
			async (outbox) => {
				for (const number of [1, 2, 3]) await accept(outbox, acceptance(number, { recipient: `person-${number}` }));
				const [first, second] = await claim(outbox, { count: 2, lease: 30_000, held: [] });
				assert.ok(first && second);
				for (const delivery of [first, second]) await begin(outbox, delivery);
				await finishSent(outbox, first, { postId: 'p1', auditIn: undefined });
				await finishSent(outbox, second, { postId: 'p2', auditIn: 60_000 });
				assert.equal(await dropOldDeliveries(outbox, hour), 0);
				await sql`update notifier_delivery set finished_at = finished_at - ${2 * hour} where finished_at is not null`.execute(
					outbox.db,
				);
				assert.equal(await dropOldDeliveries(outbox, hour), 1);
				assert.equal((await outbox.db.selectFrom('notifier_delivery').select('id').execute()).length, 2);
			},
		);
	});
}
