// Keys: which acceptance is new, and which is one that was there before.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { claim } from '../outbox/claim.ts';
import { dropExpiredKeys } from '../outbox/housekeeping.ts';
import { finishDead } from '../outbox/transitions.ts';
import { acceptance, take } from '../testing/deliveries.ts';
import { outboxTests } from '../testing/suites.ts';
import { accept } from './accept.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`acceptances on ${kind}`, () => {
		const run = outboxTests(kind);

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
			await accept(outbox, acceptance(1, { callerKey: { key: '2', bodyHash: 'a' } }));
			assert.equal((await accept(outbox, acceptance(2))).kind, 'new');
		});

		run('a key that has run out is free again, unless its delivery is still on its way', async (outbox) => {
			await accept(outbox, acceptance(1, { window: -1 }));
			assert.equal((await accept(outbox, acceptance(1))).kind, 'repeat');
			assert.equal(await dropExpiredKeys(outbox), 0);
			await finishDead(outbox, await take(outbox), 'no');
			const again = acceptance(1);
			assert.deepEqual(await accept(outbox, again), { kind: 'new', id: again.id });
			assert.equal((await accept(outbox, acceptance(1))).kind, 'repeat');
			await accept(outbox, acceptance(3, { window: -1, recipient: 'mary' }));
			await finishDead(outbox, await take(outbox), 'no');
			await finishDead(outbox, await take(outbox), 'no');
			assert.equal(await dropExpiredKeys(outbox), 1);
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
			const delivery = await take(outbox);
			assert.deepEqual(
				[delivery.recipient, delivery.key, JSON.parse(delivery.variables)],
				[attack, attack, { attack }],
			);
			await finishDead(outbox, delivery, attack);
			assert.equal((await accept(outbox, acceptance(1, { key: attack }))).kind, 'repeat');
		});
	});
}
