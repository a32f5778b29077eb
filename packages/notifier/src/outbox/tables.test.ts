// What the tables let be.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { sql } from 'kysely';
import { accept } from '../accepting/accept.ts';
import { acceptance } from '../testing/deliveries.ts';
import { outboxTests } from '../testing/suites.ts';
import { isFinished, states } from './states.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`the tables on ${kind}`, () => {
		const run = outboxTests(kind);

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
	});
}
