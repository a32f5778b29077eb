// The outbox's SQL, on SQLite always and on PostgreSQL where it is installed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import fc from 'fast-check';
import { sql } from 'kysely';
import { accept } from '../accepting/accept.ts';
import type { Acceptance } from '../accepting/acceptance.ts';
import { deliveryIds } from '../accepting/delivery-id.ts';
import { type Databases, startDatabases } from '../testing/databases.ts';
import { claim, type Delivery, endForeignLeases, untilNextDue } from './claim.ts';
import { hold } from './hold.ts';
import { dropExpiredKeys, dropOldDeliveries } from './housekeeping.ts';
import type { Outbox } from './outbox.ts';
import { isFinished, states } from './states.ts';
import { extendLease, FencedError, finishDead, finishSent, letGo, startSending, tryAgain } from './transitions.ts';

const hour = 3_600_000;
const newId = deliveryIds();
const acceptance = (number: number, more: Partial<Acceptance> = {}): Acceptance => ({
	id: newId(),
	key: `notification:BORROW:${number}:1`,
	recipient: 'john.doe',
	appUserId: '1',
	template: 'BORROW',
	variables: '{}',
	window: hour,
	...more,
});
const decision = { target: 'dm', channelId: 'c', message: 'm' } as const;

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`the outbox on ${kind}`, () => {
		let databases: Databases;
		before(async () => {
			databases = await startDatabases(kind);
		});
		after(() => databases[Symbol.asyncDispose]());
		const run = (name: string, body: (outbox: Outbox, clock: { ahead: number }) => Promise<void>) =>
			test(name, async (t) => {
				const clock = { ahead: 0 };
				await using opened = await databases.outbox(() => Date.now() + clock.ahead);
				if (!opened) return t.skip('PostgreSQL is not installed');
				await body(opened.outbox, clock);
			});
		const one = async (outbox: Outbox, lease = 30_000): Promise<Delivery> => {
			const [delivery] = await claim(outbox, { count: 1, lease, held: [] });
			assert.ok(delivery, 'there is something to claim');
			return delivery;
		};
		const send = (outbox: Outbox, delivery: Delivery) =>
			startSending(outbox, delivery, { decision, serverTime: 1_000, lease: 30_000 });

		run('the second acceptance with the same key is the first one again', async (outbox) => {
			const first = acceptance(1);
			assert.deepEqual(await accept(outbox, first), { kind: 'new', id: first.id });
			assert.deepEqual(await accept(outbox, acceptance(1, { variables: '{"other":1}' })), {
				kind: 'repeat',
				id: first.id,
				by: 'notification',
			});
		});

		run('a thousand at once with one key: one is new, all are told its id', async (outbox) => {
			const all = await Promise.all(Array.from({ length: 1_000 }, () => accept(outbox, acceptance(1))));
			const ids = new Set(all.map((accepted) => accepted.kind !== 'conflict' && accepted.id));
			assert.equal(ids.size, 1);
			assert.equal(all.filter(({ kind }) => kind === 'new').length, 1);
			assert.equal((await claim(outbox, { count: 10, lease: 1, held: [] })).length, 1);
		});

		run('a caller’s own key: the same body is the first one again, another body is a conflict', async (outbox) => {
			const callerKey = { key: 'k', bodyHash: 'a' };
			const first = acceptance(1, { callerKey });
			await accept(outbox, first);
			assert.deepEqual(await accept(outbox, acceptance(1, { callerKey })), {
				kind: 'repeat',
				id: first.id,
				by: 'caller',
			});
			assert.deepEqual(await accept(outbox, acceptance(2, { callerKey: { key: 'k', bodyHash: 'b' } })), {
				kind: 'conflict',
			});
			const other = acceptance(1, { callerKey: { key: 'k2', bodyHash: 'a' } });
			assert.deepEqual(await accept(outbox, other), { kind: 'repeat', id: first.id, by: 'notification' });
			assert.deepEqual(await accept(outbox, acceptance(1, { callerKey: { key: 'k2', bodyHash: 'a' } })), {
				kind: 'repeat',
				id: first.id,
				by: 'caller',
			});
		});

		run('a caller’s key can’t take the place of a notification’s', async (outbox) => {
			await accept(outbox, acceptance(1, { callerKey: { key: 'notification:BORROW:2:1', bodyHash: 'a' } }));
			assert.equal((await accept(outbox, acceptance(2))).kind, 'new');
		});

		run(
			'one that is held up keeps its place in the line and its tries, and its timeline says why once',
			async (outbox, clock) => {
				const [first, second] = [acceptance(1), acceptance(2)];
				for (const one of [first, second]) await accept(outbox, one);
				for (let time = 0; time < 3; time++) {
					const held = await one(outbox);
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

		run('a key that has run out is free again, unless its delivery is still on its way', async (outbox) => {
			await accept(outbox, acceptance(1, { window: -1 }));
			assert.equal((await accept(outbox, acceptance(1))).kind, 'repeat');
			assert.equal(await dropExpiredKeys(outbox), 0);
			await finishDead(outbox, await one(outbox), 'no');
			const again = acceptance(1);
			assert.deepEqual(await accept(outbox, again), { kind: 'new', id: again.id });
			assert.equal((await accept(outbox, acceptance(1))).kind, 'repeat');
			await accept(outbox, acceptance(3, { window: -1, recipient: 'mary' }));
			await finishDead(outbox, await one(outbox), 'no');
			await finishDead(outbox, await one(outbox), 'no');
			assert.equal(await dropExpiredKeys(outbox), 1);
		});

		run('deliveries to one person are claimed one after the other, in the order of acceptance', async (outbox) => {
			for (const number of [1, 2, 3]) await accept(outbox, acceptance(number));
			await accept(outbox, acceptance(4, { recipient: 'mary' }));
			const claimed = await claim(outbox, { count: 10, lease: 30_000, held: [] });
			assert.deepEqual(
				claimed.map(({ key }) => key),
				['notification:BORROW:1:1', 'notification:BORROW:4:1'],
			);
			const [first] = claimed;
			assert.ok(first);
			await send(outbox, first);
			await tryAgain(outbox, first, { state: 'unknown', wait: 60_000 });
			assert.deepEqual(
				await claim(outbox, { count: 10, lease: 1, held: [] }),
				[],
				'a wait of the first one is one for all behind it',
			);
			await sql`update notifier_delivery set next_at = 0`.execute(outbox.db);
			await finishSent(outbox, await one(outbox), { postId: 'p', auditIn: undefined });
			assert.equal((await one(outbox)).key, 'notification:BORROW:2:1');
		});

		run('one that joins while the last one finishes gets its turn', async (outbox) => {
			for (let round = 0; round < 30; round++) {
				await accept(outbox, acceptance(2 * round));
				const delivery = await one(outbox);
				await Promise.all([finishDead(outbox, delivery, 'no'), accept(outbox, acceptance(2 * round + 1))]);
				await finishDead(outbox, await one(outbox), 'no');
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

		run('who lost the lease can write nothing', async (outbox) => {
			await accept(outbox, acceptance(1));
			const slow = await one(outbox, 0);
			await send(outbox, slow);
			await sql`update notifier_delivery set lease_until = 0`.execute(outbox.db);
			const quick = await one(outbox);
			assert.equal(quick.fence, slow.fence + 1);
			for (const write of [
				() => extendLease(outbox, slow, 1),
				() => send(outbox, slow),
				() => tryAgain(outbox, slow, { state: 'unknown', wait: 0 }),
				() => finishSent(outbox, slow, { postId: 'p', auditIn: undefined }),
				() => finishDead(outbox, slow, 'no'),
			])
				await assert.rejects(write, FencedError);
			assert.equal(quick.state, 'sending');
			await finishSent(outbox, quick, { postId: 'p', auditIn: undefined });
			await assert.rejects(finishDead(outbox, quick, 'no'), FencedError, 'what is finished stays as it is');
		});

		run(
			'a live lease is never claimed, and what this process holds not even when the clock jumps',
			async (outbox, clock) => {
				await accept(outbox, acceptance(1));
				const delivery = await one(outbox);
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
							await send(outbox, delivery);
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

		run('what is let go can be claimed at once, but not by who has lost it meanwhile', async (outbox) => {
			await accept(outbox, acceptance(1));
			const first = await one(outbox);
			await letGo(outbox, first);
			const second = await one(outbox);
			await letGo(outbox, first);
			assert.deepEqual(await claim(outbox, { count: 1, lease: 1, held: [] }), []);
			await finishDead(outbox, second, 'no');
			await letGo(outbox, second);
		});

		run('the decision is made once: a second attempt keeps target, text and the time of the first', async (outbox) => {
			await accept(outbox, acceptance(1));
			const delivery = await one(outbox);
			await send(outbox, delivery);
			await startSending(outbox, delivery, { decision: undefined, serverTime: 5_000, lease: 30_000 });
			const { target, channel_id, message, first_attempt_at, last_attempt_at, sending_at, attempts } = await outbox.db
				.selectFrom('notifier_delivery')
				.selectAll()
				.executeTakeFirstOrThrow();
			assert.deepEqual([target, channel_id, message, first_attempt_at, attempts], ['dm', 'c', 'm', 1_000, 2]);
			assert.ok((last_attempt_at ?? 0) >= (sending_at ?? Number.NaN), "by the store's clock");
		});

		run('the next one due is known, in milliseconds', async (outbox) => {
			assert.equal(await untilNextDue(outbox), undefined);
			await accept(outbox, acceptance(1));
			assert.equal(await untilNextDue(outbox), 0);
			const delivery = await one(outbox, 20_000);
			const lease = (await untilNextDue(outbox)) ?? 0;
			assert.ok(lease > 15_000 && lease <= 20_000, `${lease}`);
			await tryAgain(outbox, delivery, { state: 'pending', wait: 5_000 });
			const wait = (await untilNextDue(outbox)) ?? 0;
			assert.ok(wait > 3_000 && wait <= 5_000, `${wait}`);
		});

		run('the states of the code are those of the table', async (outbox) => {
			await accept(outbox, acceptance(1));
			await assert.rejects(sql`update notifier_delivery set state = 'lost'`.execute(outbox.db), /constraint/i);
			for (const state of states) {
				const given = `${state}`;
				const ended = isFinished(state);
				const whole = sql`update notifier_delivery set state = ${given}, turn = ${ended || given === 'scheduled' ? 0 : 1},
					target = 'dm', channel_id = 'c', message = 'm', first_attempt_at = 1,
					post_id = ${given === 'sent' ? 'p' : null}, reason = ${given === 'dead' ? 'r' : null},
					finished_at = ${ended ? 1 : null}`;
				await whole.execute(outbox.db);
			}
		});

		run(
			'the table refuses what can’t be: sent without a post, dead without a reason, sending without a text',
			async (outbox) => {
				await accept(outbox, acceptance(1));
				for (const changes of [
					`state = 'sending'`,
					`state = 'sent', turn = 0, finished_at = 1`,
					`state = 'dead', turn = 0, finished_at = 1`,
					`state = 'dead', reason = 'r', turn = 0`,
					`state = 'dead', reason = 'r', finished_at = 1`,
					`finished_at = 1`,
				])
					await assert.rejects(
						sql.raw(`update notifier_delivery set ${changes}`).execute(outbox.db),
						/constraint/i,
						changes,
					);
			},
		);

		run(
			'finished deliveries go after their retention, those that wait for the auditor or a worker stay',
			async (outbox) => {
				for (const number of [1, 2, 3]) await accept(outbox, acceptance(number, { recipient: `person-${number}` }));
				const [first, second] = await claim(outbox, { count: 2, lease: 30_000, held: [] });
				assert.ok(first && second);
				for (const delivery of [first, second]) await send(outbox, delivery);
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

		run('after a restart of the embedded database nobody’s lease is waited for', async (outbox) => {
			await accept(outbox, acceptance(1));
			await one(outbox);
			await endForeignLeases(outbox);
			const claimed = await claim(outbox, { count: 1, lease: 1, held: [] });
			assert.equal(claimed.length, kind === 'sqlite' ? 1 : 0);
		});

		run('text that looks like SQL is text', async (outbox) => {
			const attack = `'; drop table notifier_delivery; -- " \\ $1 ?`;
			await accept(
				outbox,
				acceptance(1, {
					recipient: attack,
					key: attack,
					template: attack,
					variables: JSON.stringify({ attack }),
					appUserId: attack,
				}),
			);
			const delivery = await one(outbox);
			assert.deepEqual(
				[delivery.recipient, delivery.key, JSON.parse(delivery.variables)],
				[attack, attack, { attack }],
			);
			await finishDead(outbox, delivery, attack);
			assert.equal((await accept(outbox, acceptance(1, { key: attack }))).kind, 'repeat');
		});
	});
}
