// Who gets which delivery, and when.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import fc from 'fast-check';
import { sql } from 'kysely';
import { accept } from '../accepting/accept.ts';
import { acceptance, begin, hour, take } from '../testing/deliveries.ts';
import { outboxTests } from '../testing/suites.ts';
import { claim, type Delivery, endForeignLeases, untilNextDue } from './claim.ts';
import { finishDead, finishSent, tryAgain } from './transitions.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`claims on ${kind}`, () => {
		const run = outboxTests(kind);

		run('deliveries to one person are claimed one after the other, in the order of acceptance', async (outbox) => {
			for (const number of [1, 2, 3]) await accept(outbox, acceptance(number));
			await accept(outbox, acceptance(4, { recipient: 'mary' }));
			const claimed = await claim(outbox, { count: 10, lease: 30_000, held: [] });
			assert.deepEqual(
				claimed.map(({ key }) => key),
				['1', '4'],
			);
			const [first] = claimed;
			assert.ok(first);
			await begin(outbox, first);
			await tryAgain(outbox, first, { state: 'unknown', wait: 60_000 });
			assert.deepEqual(
				await claim(outbox, { count: 10, lease: 1, held: [] }),
				[],
				'a wait of the first one is one for all behind it',
			);
			await sql`update notifier_delivery set next_at = 0`.execute(outbox.db);
			await finishSent(outbox, await take(outbox), { postId: 'p', auditIn: undefined });
			assert.equal((await take(outbox)).key, '2');
		});

		run('one that joins while the last one finishes gets its turn', async (outbox) => {
			for (let round = 0; round < 30; round++) {
				await accept(outbox, acceptance(2 * round));
				const delivery = await take(outbox);
				await Promise.all([finishDead(outbox, delivery, 'no'), accept(outbox, acceptance(2 * round + 1))]);
				await finishDead(outbox, await take(outbox), 'no');
			}
		});

		run('many claimers at once never take the same delivery', async (outbox) => {
			await Promise.all(
				Array.from({ length: 40 }, (_, n) => accept(outbox, acceptance(n, { recipient: `person-${n}` }))),
			);
			const claimed = await Promise.all(
				Array.from({ length: 20 }, () => claim(outbox, { count: 3, lease: 30_000, held: [] })),
			);
			const ids = claimed.flat().map(({ id }) => id);
			assert.equal(new Set(ids).size, ids.length);
			assert.equal(ids.length, 40);
		});

		run(
			'a live lease is never claimed, and what this process holds not even when the clock jumps',
			async (outbox, clock) => {
				await accept(outbox, acceptance(1));
				const delivery = await take(outbox);
				assert.deepEqual(await claim(outbox, { count: 1, lease: 1, held: [] }), []);
				clock.ahead = hour;
				assert.deepEqual(await claim(outbox, { count: 1, lease: 1, held: [delivery.id] }), []);
				clock.ahead = -hour;
				assert.deepEqual(await claim(outbox, { count: 1, lease: 1, held: [] }), []);
			},
		);

		run(
			'whatever the clock does, no delivery is in two hands of one process, and none is forgotten',
			async (outbox, clock) => {
				const step = fc.record({
					jump: fc.integer({ min: -2 * hour, max: 2 * hour }),
					take: fc.nat(3),
					end: fc.constantFrom('sent', 'unknown', 'keep'),
				});
				let round = 0;
				await fc.assert(
					fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
						round++;
						clock.ahead = 0;
						for (let person = 0; person < 4; person++)
							await accept(outbox, acceptance(0, { key: `${round} ${person}`, recipient: `person-${person}` }));
						const hands = new Map<string, Delivery>();
						for (const { jump, take, end } of steps) {
							clock.ahead = jump;
							for (const delivery of await claim(outbox, { count: take, lease: 30_000, held: [...hands.keys()] })) {
								assert.ok(!hands.has(delivery.id));
								hands.set(delivery.id, delivery);
							}
							const [delivery] = hands.values();
							if (!delivery || end === 'keep') continue;
							await begin(outbox, delivery);
							if (end === 'sent') await finishSent(outbox, delivery, { postId: 'p', auditIn: undefined });
							else await tryAgain(outbox, delivery, { state: 'unknown', wait: 0 });
							hands.delete(delivery.id);
						}
						for (const delivery of hands.values()) await finishDead(outbox, delivery, 'the end');
						clock.ahead = 5 * hour;
						for (const delivery of await claim(outbox, { count: 100, lease: 30_000, held: [] }))
							await finishDead(outbox, delivery, 'the end');
						const left = await outbox.db
							.selectFrom('notifier_delivery')
							.select('id')
							.where('finished_at', 'is', null)
							.execute();
						if (kind === 'sqlite') assert.deepEqual(left, []);
						else
							for (const _ of left)
								for (const delivery of await claim(outbox, { count: 100, lease: 1, held: [] }))
									await finishDead(outbox, delivery, 'the end');
					}),
					{ numRuns: 20 },
				);
			},
		);

		run('the next one due is known, in milliseconds', async (outbox) => {
			assert.equal(await untilNextDue(outbox), undefined);
			await accept(outbox, acceptance(1));
			assert.equal(await untilNextDue(outbox), 0);
			const delivery = await take(outbox, 20_000);
			const lease = (await untilNextDue(outbox)) ?? 0;
			assert.ok(lease > 15_000 && lease <= 20_000, `${lease}`);
			await tryAgain(outbox, delivery, { state: 'pending', wait: 5_000 });
			const wait = (await untilNextDue(outbox)) ?? 0;
			assert.ok(wait > 3_000 && wait <= 5_000, `${wait}`);
		});

		run('after a restart of the embedded database nobody’s lease is waited for', async (outbox) => {
			await accept(outbox, acceptance(1));
			await take(outbox);
			await endForeignLeases(outbox);
			const claimed = await claim(outbox, { count: 1, lease: 1, held: [] });
			assert.equal(claimed.length, kind === 'sqlite' ? 1 : 0);
		});
	});
}
