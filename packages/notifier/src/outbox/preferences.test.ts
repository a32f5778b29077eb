// Preferences that change while deliveries are on their way, on SQLite always and on PostgreSQL where it is installed.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { accept } from '../accepting/accept.ts';
import { deliveryIds } from '../accepting/delivery-id.ts';
import { outboxTests } from '../testing/suites.ts';
import { claim } from './claim.ts';
import type { Outbox } from './outbox.ts';
import { postpone } from './postpone.ts';
import { dropPreferences, type Preferences, savePreferences } from './preferences.ts';
import { FencedError, finishSent, startSending } from './transitions.ts';

const hour = 3_600_000;
const newId = deliveryIds();
const lease = 30_000;
const sending = { decision: { target: 'dm', channelId: 'c', message: 'm' }, serverTime: 1_000, lease } as const;
const german: Preferences = { locale: 'de', time_zone: null, quiet_start: null, quiet_end: null, dm_policy: null };

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`changed preferences on ${kind}`, () => {
		const run = outboxTests(kind);
		const accepted = async (outbox: Outbox, recipient: string) => {
			const id = newId();
			await accept(outbox, { id, key: id, recipient, template: 'TEST', variables: '{}', window: hour });
			return id;
		};
		const take = async (outbox: Outbox) => {
			const [delivery] = await claim(outbox, { count: 1, lease, held: [] });
			assert.ok(delivery, 'there is something to claim');
			return delivery;
		};

		run('what is being decided by the old ones is decided anew', async (outbox) => {
			await accepted(outbox, 'john');
			for (const change of [() => savePreferences(outbox, 'john', german), () => dropPreferences(outbox, 'john')]) {
				const held = await take(outbox);
				await change();
				await assert.rejects(startSending(outbox, held, sending), FencedError);
				await assert.rejects(postpone(outbox, held, { until: Date.now() + hour, why: 'quiet hours' }), FencedError);
			}
			const held = await take(outbox);
			await startSending(outbox, held, sending);
			await finishSent(outbox, held, { postId: 'p', auditIn: undefined });
		});

		run('what is decided goes on as it was', async (outbox) => {
			await accepted(outbox, 'john');
			const held = await take(outbox);
			await startSending(outbox, held, sending);
			await savePreferences(outbox, 'john', german);
			assert.deepEqual(await claim(outbox, { count: 1, lease, held: [] }), []);
			await finishSent(outbox, held, { postId: 'p', auditIn: undefined });
		});

		run('nobody else is meant', async (outbox) => {
			await accepted(outbox, 'mary');
			const held = await take(outbox);
			await savePreferences(outbox, 'john', german);
			await startSending(outbox, held, sending);
		});
	});
}
