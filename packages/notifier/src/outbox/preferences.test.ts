// Preferences that change while deliveries are on their way, on SQLite always and on PostgreSQL where it is installed.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { accept } from '../accepting/accept.ts';
import { acceptance, begin, hour, take } from '../testing/deliveries.ts';
import { outboxTests } from '../testing/suites.ts';
import { claim } from './claim.ts';
import { postpone } from './postpone.ts';
import { dropPreferences, type Preferences, savePreferences } from './preferences.ts';
import { FencedError, finishSent } from './transitions.ts';

const german: Preferences = { locale: 'de', time_zone: null, quiet_start: null, quiet_end: null, dm_policy: null };

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`changed preferences on ${kind}`, () => {
		const run = outboxTests(kind);

		run('what is being decided by the old ones is decided anew', async (outbox) => {
			await accept(outbox, acceptance(1));
			for (const change of [() => savePreferences(outbox, 'john', german), () => dropPreferences(outbox, 'john')]) {
				const held = await take(outbox);
				await change();
				await assert.rejects(begin(outbox, held), FencedError);
				await assert.rejects(postpone(outbox, held, { until: Date.now() + hour, why: 'quiet hours' }), FencedError);
			}
			const held = await take(outbox);
			await begin(outbox, held);
			await finishSent(outbox, held, { postId: 'p', auditIn: undefined });
		});

		run('what is decided goes on as it was', async (outbox) => {
			await accept(outbox, acceptance(1));
			const held = await take(outbox);
			await begin(outbox, held);
			await savePreferences(outbox, 'john', german);
			assert.deepEqual(await claim(outbox, { count: 1, lease: 1, held: [] }), []);
			await finishSent(outbox, held, { postId: 'p', auditIn: undefined });
		});

		run('nobody else is meant', async (outbox) => {
			await accept(outbox, acceptance(1, { recipient: 'mary' }));
			const held = await take(outbox);
			await savePreferences(outbox, 'john', german);
			await begin(outbox, held);
		});
	});
}
