// What the holder of a delivery may write, and who holds it no more.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { sql } from 'kysely';
import { accept } from '../accepting/accept.ts';
import { acceptance, begin, take } from '../testing/deliveries.ts';
import { outboxTests } from '../testing/suites.ts';
import { claim } from './claim.ts';
import { hold } from './hold.ts';
import { extendLease, FencedError, finishDead, finishSent, letGo, startSending, tryAgain } from './transitions.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`transitions on ${kind}`, () => {
		const run = outboxTests(kind);

		run(
			'one that is held up keeps its place in the line and its tries, and its timeline says why once',
			async (outbox, clock) => {
				const [first, second] = [acceptance(1), acceptance(2)];
				for (const one of [first, second]) await accept(outbox, one);
				for (let time = 0; time < 3; time++) {
					const held = await take(outbox);
					assert.deepEqual([held.id, held.failures, held.state], [first.id, 0, 'pending']);
					await hold(outbox, held, { state: 'pending', wait: 10_000, why: 'the channel is archived' });
					assert.deepEqual(await claim(outbox, { count: 1, lease: 1, held: [] }), []);
					if (kind === 'sqlite') clock.ahead += 10_001;
					else await sql`update notifier_delivery set next_at = 0 where id = ${first.id}`.execute(outbox.db);
				}
				const events = await outbox.db.selectFrom('notifier_event').select(['kind', 'detail']).execute();
				assert.deepEqual(
					events.map(({ kind, detail }) => [kind, detail]),
					[['retry', 'held up: the channel is archived']],
				);
			},
		);

		run('who lost the lease can write nothing', async (outbox) => {
			await accept(outbox, acceptance(1));
			const slow = await take(outbox, 0);
			await begin(outbox, slow);
			await sql`update notifier_delivery set lease_until = 0`.execute(outbox.db);
			const quick = await take(outbox);
			assert.equal(quick.fence, slow.fence + 1);
			for (const write of [
				() => extendLease(outbox, slow, 1),
				() => begin(outbox, slow),
				() => tryAgain(outbox, slow, { state: 'unknown', wait: 0 }),
				() => finishSent(outbox, slow, { postId: 'p', auditIn: undefined }),
				() => finishDead(outbox, slow, 'no'),
			])
				await assert.rejects(write, FencedError);
			assert.equal(quick.state, 'sending');
			await finishSent(outbox, quick, { postId: 'p', auditIn: undefined });
			await assert.rejects(finishDead(outbox, quick, 'no'), FencedError, 'what is finished stays as it is');
		});

		run('what is let go can be claimed at once, but not by who has lost it meanwhile', async (outbox) => {
			await accept(outbox, acceptance(1));
			const first = await take(outbox);
			await letGo(outbox, first);
			const second = await take(outbox);
			await letGo(outbox, first);
			assert.deepEqual(await claim(outbox, { count: 1, lease: 1, held: [] }), []);
			await finishDead(outbox, second, 'no');
			await letGo(outbox, second);
		});

		run('the decision is made once: a second attempt keeps target, text and the time of the first', async (outbox) => {
			await accept(outbox, acceptance(1));
			const delivery = await take(outbox);
			await begin(outbox, delivery);
			await startSending(outbox, delivery, { decision: undefined, serverTime: 5_000, lease: 30_000 });
			const { target, channel_id, message, first_attempt_at, last_attempt_at, sending_at, attempts } = await outbox.db
				.selectFrom('notifier_delivery')
				.selectAll()
				.executeTakeFirstOrThrow();
			assert.deepEqual([target, channel_id, message, first_attempt_at, attempts], ['dm', 'c', 'm', 1_000, 2]);
			assert.ok((last_attempt_at ?? 0) >= (sending_at ?? Number.NaN), "by the store's clock");
		});
	});
}
