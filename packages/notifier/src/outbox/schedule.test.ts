// Scheduling, priority, expiry and cancelling in SQL, on SQLite always and on PostgreSQL where it is installed.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import fc from 'fast-check';
import { accept } from '../accepting/accept.ts';
import type { Acceptance } from '../accepting/acceptance.ts';
import { acceptance, begin, hour, newId, take } from '../testing/deliveries.ts';
import { outboxTests } from '../testing/suites.ts';
import { priorities } from '../timing/priority.ts';
import { expireDue, joinDue, untilNextPlanned } from './calendar.ts';
import { cancel } from './cancel.ts';
import { claim } from './claim.ts';
import type { Outbox } from './outbox.ts';
import { FencedError, finishDead, finishExpired, finishSent, tryAgain } from './transitions.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`scheduling on ${kind}`, () => {
		const run = outboxTests(kind);
		/** Accepts one that is known by its name, and gives its id. */
		const accepted = async (outbox: Outbox, name: string, more: Partial<Acceptance> = {}) => {
			const one = acceptance(name, more);
			assert.equal((await accept(outbox, one)).kind, 'new');
			return one.id;
		};
		/** Delivers all that is due, and gives their names in order. */
		const drain = async (outbox: Outbox): Promise<string[]> => {
			const names: string[] = [];
			for (;;) {
				const [delivery] = await claim(outbox, { count: 1, lease: 30_000, held: [] });
				if (!delivery) return names;
				names.push(delivery.key);
				await finishDead(outbox, delivery, 'done');
			}
		};
		const stateOf = async (outbox: Outbox, id: string) => {
			const row = await outbox.db
				.selectFrom('notifier_delivery')
				.select('state')
				.where('id', '=', id)
				.executeTakeFirstOrThrow();
			return row.state;
		};
		/** As if it had been accepted so much earlier. */
		const age = async (outbox: Outbox, id: string, milliseconds: number) =>
			outbox.db
				.updateTable('notifier_delivery')
				.set((eb) => ({ due_at: eb('due_at', '-', milliseconds), expires_at: eb('expires_at', '-', milliseconds) }))
				.where('id', '=', id)
				.execute();

		run('one that is scheduled holds nobody up, and joins its line when its time has come', async (outbox) => {
			const id = await accepted(outbox, 'later', { sendAt: Date.now() + hour });
			await accepted(outbox, 'now');
			assert.equal(await stateOf(outbox, id), 'scheduled');
			assert.equal(await joinDue(outbox), 0);
			assert.deepEqual(await drain(outbox), ['now']);
			const wait = (await untilNextPlanned(outbox)) ?? 0;
			assert.ok(wait > hour - 60_000 && wait <= hour, `${wait}`);
			await age(outbox, id, hour);
			await accepted(outbox, 'after');
			assert.equal(await joinDue(outbox), 1);
			assert.equal(await untilNextPlanned(outbox), undefined);
			assert.deepEqual(await drain(outbox), ['after', 'later'], 'the turn was given before it joined');
		});

		run('a time that is over is at once', async (outbox) => {
			assert.equal(await stateOf(outbox, await accepted(outbox, 'past', { sendAt: 1 })), 'pending');
			assert.deepEqual(await drain(outbox), ['past']);
		});

		run('two that were scheduled go out in the order of their times, not of their acceptance', async (outbox) => {
			const second = await accepted(outbox, 'second', { sendAt: Date.now() + hour });
			const first = await accepted(outbox, 'first', { sendAt: Date.now() + hour / 2 });
			for (const id of [first, second]) await age(outbox, id, 2 * hour);
			assert.equal(await joinDue(outbox), 2);
			assert.deepEqual(await drain(outbox), ['first', 'second']);
		});

		run('a higher priority goes first, also before other people; within one the order stays', async (outbox) => {
			await accepted(outbox, 'low', { priority: 'low' });
			await accepted(outbox, 'normal 1');
			await accepted(outbox, 'mary low', { priority: 'low', recipient: 'mary' });
			await accepted(outbox, 'normal 2');
			await accepted(outbox, 'high', { priority: 'high' });
			assert.deepEqual(await drain(outbox), ['high', 'normal 1', 'normal 2', 'low', 'mary low']);
		});

		run('one that was begun with is not overtaken', async (outbox) => {
			await accepted(outbox, 'low', { priority: 'low' });
			const low = await take(outbox);
			await accepted(outbox, 'high', { priority: 'high' });
			assert.deepEqual(await claim(outbox, { count: 1, lease: 1, held: [] }), []);
			await begin(outbox, low);
			await tryAgain(outbox, low, { state: 'unknown', wait: 0 });
			const again = await take(outbox);
			assert.equal(again.key, 'low', 'nobody knows whether it was posted: it keeps its place');
			await finishSent(outbox, again, { postId: 'p', auditIn: undefined });
			assert.deepEqual(await drain(outbox), ['high']);
		});

		run('one that waits for its next try is overtaken, and comes after', async (outbox) => {
			await accepted(outbox, 'low', { priority: 'low' });
			await tryAgain(outbox, await take(outbox), { state: 'pending', wait: 0, why: 'no answer' });
			await accepted(outbox, 'high', { priority: 'high' });
			assert.deepEqual(await drain(outbox), ['high', 'low']);
		});

		run('a worker that was overtaken because its lease seemed over can write nothing', async (outbox) => {
			await accepted(outbox, 'low', { priority: 'low' });
			const [low] = await claim(outbox, { count: 1, lease: -1, held: [] });
			assert.ok(low);
			await accepted(outbox, 'high', { priority: 'high' });
			await assert.rejects(begin(outbox, low), FencedError);
			assert.deepEqual(await drain(outbox), ['high', 'low']);
		});

		run(
			'what was not begun with in time expires, scheduled or waiting, and the next one has its turn',
			async (outbox) => {
				const soon = await accepted(outbox, 'soon', { expiresAt: Date.now() + hour });
				const planned = await accepted(outbox, 'planned', {
					sendAt: Date.now() + hour,
					expiresAt: Date.now() + hour + 1,
				});
				await accepted(outbox, 'next');
				assert.deepEqual(await expireDue(outbox), []);
				for (const id of [soon, planned]) await age(outbox, id, 2 * hour);
				assert.deepEqual((await expireDue(outbox)).sort(), [soon, planned].sort());
				assert.deepEqual([await stateOf(outbox, soon), await stateOf(outbox, planned)], ['expired', 'expired']);
				assert.equal(await joinDue(outbox), 0);
				assert.deepEqual(await drain(outbox), ['next']);
			},
		);

		run('one in the hands of a worker is ended by the worker, before it posts', async (outbox) => {
			const id = await accepted(outbox, 'soon', { expiresAt: Date.now() + hour });
			const delivery = await take(outbox);
			assert.equal(await finishExpired(outbox, delivery), false);
			await age(outbox, id, 2 * hour);
			assert.deepEqual(await expireDue(outbox), []);
			assert.equal(await finishExpired(outbox, delivery), true);
			await assert.rejects(begin(outbox, delivery), FencedError);
		});

		run('what is being posted, or may have been, does not expire unseen', async (outbox) => {
			const id = await accepted(outbox, 'soon', { expiresAt: Date.now() + hour });
			const delivery = await take(outbox);
			await begin(outbox, delivery);
			await tryAgain(outbox, delivery, { state: 'unknown', wait: 0 });
			await age(outbox, id, 2 * hour);
			assert.deepEqual(await expireDue(outbox), []);
			assert.equal(await stateOf(outbox, id), 'unknown');
		});

		run('cancelled is what nobody has begun to post, and the next one has its turn', async (outbox) => {
			const waiting = await accepted(outbox, 'waiting');
			const planned = await accepted(outbox, 'planned', { sendAt: Date.now() + hour });
			await accepted(outbox, 'next');
			assert.deepEqual([await cancel(outbox, waiting), await cancel(outbox, planned)], [true, true]);
			assert.equal(await cancel(outbox, waiting), false, 'once');
			assert.equal(await cancel(outbox, newId()), false);
			assert.deepEqual(await drain(outbox), ['next']);
			assert.equal(await untilNextPlanned(outbox), undefined);
		});

		run('cancelling and posting race: one of them wins, never both', async (outbox) => {
			const wins = { cancelled: 0, posted: 0 };
			for (let round = 0; round < 60; round++) {
				const id = await accepted(outbox, `round ${round}`);
				const posting = async () => {
					const [delivery] = await claim(outbox, { count: 1, lease: 30_000, held: [] });
					if (!delivery) return false;
					try {
						await begin(outbox, delivery);
					} catch (error) {
						assert.ok(error instanceof FencedError);
						return false;
					}
					await finishSent(outbox, delivery, { postId: 'p', auditIn: undefined });
					return true;
				};
				const order = round % 2 === 0;
				const [a, b] = await Promise.all(order ? [posting(), cancel(outbox, id)] : [cancel(outbox, id), posting()]);
				const [posted, cancelled] = order ? [a, b] : [b, a];
				assert.notEqual(posted, cancelled);
				assert.equal(await stateOf(outbox, id), cancelled ? 'cancelled' : 'sent');
				wins[cancelled ? 'cancelled' : 'posted']++;
			}
			assert.equal(wins.cancelled + wins.posted, 60);
		});

		run(
			'whatever is accepted, cancelled and expires, each line goes out by priority, then by time, and nothing stays behind',
			async (outbox) => {
				const step = fc.oneof(
					fc.record({
						kind: fc.constant('accept' as const),
						priority: fc.constantFrom(...priorities),
						recipient: fc.constantFrom('ann', 'bob'),
						later: fc.boolean(),
					}),
					fc.record({ kind: fc.constantFrom('cancel' as const, 'expire' as const), index: fc.nat(20) }),
					fc.record({ kind: fc.constantFrom('deliver' as const, 'join' as const) }),
				);
				let round = 0;
				await fc.assert(
					fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
						round++;
						const ids: string[] = [];
						for (const one of steps) {
							const id = one.kind === 'accept' || !('index' in one) ? undefined : ids[one.index % (ids.length || 1)];
							if (one.kind === 'accept') {
								const { recipient, priority, later } = one;
								ids.push(
									await accepted(outbox, `${round} ${ids.length}`, {
										recipient,
										priority,
										expiresAt: Date.now() + 9 * hour,
										...(later && { sendAt: Date.now() + hour }),
									}),
								);
							} else if (one.kind === 'deliver') {
								const [delivery] = await claim(outbox, { count: 1, lease: 30_000, held: [] });
								if (delivery) await finishDead(outbox, delivery, 'done');
							} else if (one.kind === 'join') {
								await outbox.db
									.updateTable('notifier_delivery')
									.set({ due_at: 1 })
									.where('state', '=', 'scheduled')
									.execute();
								await joinDue(outbox);
							} else if (id !== undefined && one.kind === 'cancel') await cancel(outbox, id);
							else if (id !== undefined) {
								await age(outbox, id, 10 * hour);
								await expireDue(outbox);
							}
							const turns = await outbox.db
								.selectFrom('notifier_delivery')
								.select(['recipient', 'state', 'turn', 'priority', 'due_at', 'id'])
								.where('state', 'in', ['pending', 'sending', 'unknown'])
								.orderBy('recipient')
								.orderBy('priority', 'desc')
								.orderBy('due_at')
								.orderBy('id')
								.execute();
							for (const line of Map.groupBy(turns, ({ recipient }) => recipient).values()) {
								assert.equal(line.filter(({ turn }) => turn === 1).length, 1, 'one of each line has the turn');
								assert.equal(
									line.find(({ turn }) => turn === 1)?.priority,
									line[0]?.priority,
									'of the highest priority',
								);
							}
						}
						await outbox.db
							.updateTable('notifier_delivery')
							.set({ due_at: 1 })
							.where('state', '=', 'scheduled')
							.execute();
						while ((await joinDue(outbox)) > 0);
						await drain(outbox);
						const left = await outbox.db
							.selectFrom('notifier_delivery')
							.select('id')
							.where('finished_at', 'is', null)
							.execute();
						assert.deepEqual(left, []);
					}),
					{ numRuns: 25 },
				);
			},
		);
	});
}
