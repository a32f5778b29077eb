// Acceptances at the same time share a transaction: what each is told must not depend on that.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import fc from 'fast-check';
import type { Outbox } from '../outbox/outbox.ts';
import { acceptance } from '../testing/deliveries.ts';
import { outboxTests } from '../testing/suites.ts';
import { accept } from './accept.ts';
import { acceptIn } from './accept-one.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`acceptances at the same time on ${kind}`, () => {
		const run = outboxTests(kind);
		const turns = async ({ db }: Outbox) => {
			const rows = await db.selectFrom('notifier_delivery').select(['key', 'turn']).orderBy('id').execute();
			return rows.filter(({ turn }) => turn === 1).map(({ key }) => key);
		};

		run('each is a delivery of its own, and each person has one that goes first', async (outbox) => {
			const all = ['a', 'b', 'c'].flatMap((recipient) =>
				[1, 2, 3].map((number) => acceptance(`${recipient}${number}`, { recipient })),
			);
			const told = await Promise.all(all.map((one) => accept(outbox, one)));
			assert.deepEqual(
				told,
				all.map(({ id }) => ({ kind: 'new', id })),
			);
			assert.deepEqual(await turns(outbox), ['a1', 'b1', 'c1']);
		});

		run('a higher priority goes first among them, and before one of a lower that waits', async (outbox) => {
			await accept(outbox, acceptance('waits', { recipient: 'b', priority: 'low' }));
			await Promise.all([
				accept(outbox, acceptance('a-normal', { recipient: 'a' })),
				accept(outbox, acceptance('a-high', { recipient: 'a', priority: 'high' })),
				accept(outbox, acceptance('b-normal', { recipient: 'b' })),
			]);
			assert.deepEqual(await turns(outbox), ['a-high', 'b-normal']);
		});

		run('a key of the caller stays free when the notification itself was known', async (outbox) => {
			const first = acceptance('known');
			await accept(outbox, first);
			const callerKey = { key: 'mine', bodyHash: 'hash' };
			const [repeat, other] = await Promise.all([
				accept(outbox, acceptance('known', { callerKey })),
				accept(outbox, acceptance('other')),
			]);
			assert.deepEqual(repeat, { kind: 'repeat', id: first.id, by: 'notification' });
			assert.equal(other?.kind, 'new');
			const conflict = acceptance('third', { callerKey: { key: 'mine', bodyHash: 'another' } });
			assert.deepEqual(await accept(outbox, conflict), { kind: 'conflict' });
		});

		run('one that the database refuses fails alone', async (outbox) => {
			const taken = acceptance('first');
			await accept(outbox, taken);
			const results = await Promise.allSettled([
				accept(outbox, acceptance('good')),
				// Its id is taken, so its row is refused.
				accept(outbox, acceptance('bad', { id: taken.id })),
				accept(outbox, acceptance('as good')),
			]);
			assert.deepEqual(
				results.map(({ status }) => status),
				['fulfilled', 'rejected', 'fulfilled'],
			);
			const keys = await outbox.db.selectFrom('notifier_key').select('key').orderBy('key').execute();
			assert.deepEqual(
				keys.map(({ key }) => key),
				['as good', 'first', 'good'],
			);
		});

		run('a text that a database can’t hold is kept as far as it can be read', async (outbox) => {
			await accept(outbox, acceptance('odd', { appUserId: 'a\0b\ud800c' }));
			const row = await outbox.db.selectFrom('notifier_recipient').select('app_user_id').executeTakeFirst();
			assert.equal(row?.app_user_id, 'a\ufffdb\ufffdc');
		});

		run('whatever comes together is told and stored as if it had come one after the other', async (outbox) => {
			const request = fc.record({
				key: fc.constantFrom('1', '2', '3', '4', '5', '6'),
				recipient: fc.constantFrom('a', 'b'),
				priority: fc.constantFrom('low' as const, 'normal' as const, 'high' as const),
				callerKey: fc.option(fc.record({ key: fc.constantFrom('x', 'y'), bodyHash: fc.constantFrom('1', '2') }), {
					nil: undefined,
				}),
			});
			let round = 0;
			await fc.assert(
				fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), async (requests) => {
					round++;
					const inRound = (side: string) =>
						requests.map(({ callerKey, recipient, key, ...one }) =>
							acceptance(`${round} ${side} ${key}`, {
								...one,
								recipient: `${round} ${side} ${recipient}`,
								...(callerKey && { callerKey: { ...callerKey, key: `${round} ${side} ${callerKey.key}` } }),
							}),
						);
					const [together, oneByOne] = [inRound('together'), inRound('one by one')];
					const atOnce = await Promise.all(together.map((one) => accept(outbox, one)));
					const inTurn = [];
					for (const one of oneByOne) inTurn.push(await outbox.transaction((tx) => acceptIn(tx, outbox, one)));
					// Which of several with one key is the first is open; how many are new, and that the others are not, is not.
					const keysOf = (side: string) =>
						outbox.db
							.selectFrom('notifier_delivery')
							.select('key')
							.where('recipient', 'like', `${round} ${side} %`)
							.orderBy('key')
							.execute()
							.then((rows) => rows.map(({ key }) => key.split(' ').at(-1)));
					const hasCallerKeys = requests.some(({ callerKey }) => callerKey);
					if (!hasCallerKeys) {
						assert.deepEqual(
							atOnce.map(({ kind }) => kind),
							inTurn.map(({ kind }) => kind),
						);
						assert.deepEqual(await keysOf('together'), await keysOf('one by one'));
					}
					const stored = await outbox.db
						.selectFrom('notifier_delivery')
						.select(['id', 'recipient', 'turn'])
						.where('recipient', 'like', `${round} together %`)
						.execute();
					assert.deepEqual(
						atOnce.flatMap((told) => (told.kind === 'new' ? [told.id] : [])).sort(),
						stored.map(({ id }) => id).sort(),
					);
					for (const told of atOnce)
						if (told.kind === 'repeat')
							assert.ok(
								stored.some(({ id }) => id === told.id),
								'a repeat of what is there',
							);
					for (const [, line] of Map.groupBy(stored, ({ recipient }) => recipient))
						assert.equal(line.filter(({ turn }) => turn === 1).length, 1, 'one has the turn');
				}),
				{ numRuns: 60 },
			);
		});
	});
}
