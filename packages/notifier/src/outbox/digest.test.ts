// Digests, on SQLite always and on PostgreSQL where it is installed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { until } from '@matterkit/testing';
import fc from 'fast-check';
import { accept } from '../accepting/accept.ts';
import { deliveryIds } from '../accepting/delivery-id.ts';
import type { RunningService } from '../testing/service.ts';
import { serviceTests } from '../testing/suites.ts';
import { testTemplates } from '../testing/templates.ts';
import { joinDue } from './calendar.ts';
import { cancel } from './cancel.ts';
import { claim } from './claim.ts';
import { closeDigest, dropOldDigests, itemsOf, mostItems } from './digest.ts';
import { finishSent, startSending } from './transitions.ts';

const hour = 3_600_000;

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`digests on ${kind}`, () => {
		const suite = serviceTests(kind, { people: ['mary', 'john'], templates: testTemplates });
		const { run } = suite;
		const notify = (service: RunningService, subject: string, more: object = {}, query = '') =>
			service.request(query, {
				method: 'POST',
				body: {
					template: 'request',
					variables: { subject, state: 'x' },
					to: { username: 'mary' },
					digest: { window: '1s' },
					...more,
				},
			});

		run('what comes within the window is one message; its members point to it', async (service) => {
			const before = (await suite.world.channelMessages()).length;
			const answers = [];
			for (const subject of ['one', 'two', 'three']) answers.push(await notify(service, subject, { key: subject }));
			assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
			const [{ body }] = answers as [(typeof answers)[0]];
			const items = await service.request(`/digests/${body.id}`);
			assert.deepEqual(
				items.body.items.map(({ variables }: { variables: { subject: string } }) => variables.subject),
				['one', 'two', 'three'],
			);
			const again = await notify(service, 'two', { key: 'two' }, '?wait=60s');
			assert.deepEqual([again.body.skipped, again.body.id, again.body.status], [true, body.id, 'sent']);
			assert.deepEqual((await suite.world.channelMessages()).slice(before), ['@mary \n- one: x\n- two: x\n- three: x']);
			const next = await notify(service, 'four', {}, '?wait=60s');
			assert.notEqual(next.body.id, body.id);
			assert.equal(
				(await suite.world.channelMessages()).at(-1),
				'@mary four: x',
				'one alone is told as it would be alone',
			);
			assert.equal((await service.request('/digests/nothing')).status, 404);
		});

		run('each person and each name has their own', async (service) => {
			const ids = await Promise.all(
				[{}, { to: { username: 'john' } }, { digest: { name: 'builds', window: '1s' } }].map(
					async (more) => (await notify(service, 'x', more)).body.id,
				),
			);
			assert.equal(new Set(ids).size, 3);
		});

		run('a digest whose answer is lost is posted once, with all its members', async (service) => {
			await until('the bot listens', async () => (await service.notifier.status()).connected);
			const before = (await suite.world.channelMessages()).length;
			let posts = 0;
			suite.world.server.fault = ({ method, url }) =>
				method === 'POST' && url === '/api/v4/posts' && posts++ < 2 ? (posts === 1 ? 'refuse' : 'drop') : undefined;
			const answers = await Promise.all(
				Array.from({ length: 10 }, (_, number) => notify(service, `thing ${number}`, {}, '?wait=60s')),
			);
			suite.world.server.fault = () => undefined;
			for (const { body } of answers) assert.equal(body.status, 'sent');
			const messages = (await suite.world.channelMessages()).slice(before);
			assert.equal(messages.length, 1);
			for (let number = 0; number < 10; number++) assert.ok(messages[0]?.includes(`thing ${number}: x`));
		});

		run('what does not go together is refused by the name of its field', async (service) => {
			const bad: [object, string][] = [
				[{ digest: {} }, 'digest.window'],
				[{ digest: { window: 'soon' } }, 'digest.window'],
				[{ digest: { window: '1441m' } }, 'digest.window'],
				[{ digest: { window: '1m', name: '' } }, 'digest.name'],
				[{ digest: { window: '1m', size: 3 } }, 'digest.size'],
				[{ priority: 'high' }, 'priority'],
			];
			for (const [more, field] of bad) {
				const { status, body } = await notify(service, 'x', more);
				assert.deepEqual([status, Object.keys(body.fields)], [400, [field]]);
			}
		});

		test('whatever is accepted, closed, cancelled and crashed in between, each member is in exactly one message', async (t) => {
			const newId = deliveryIds();
			const steps = fc.array(fc.constantFrom('accept', 'accept many', 'later', 'send', 'crash', 'cancel'), {
				maxLength: 25,
			});
			const property = fc.asyncProperty(steps, async (steps) => {
				const clock = { ahead: 0 };
				await using opened = await suite.databases.outbox(() => Date.now() + clock.ahead);
				if (!opened) return t.skip('PostgreSQL is not installed');
				const { outbox } = opened;
				const [accepted, told] = [new Map<string, string>(), new Map<string, number>()];
				const cancelled = new Set<string>();
				const take = async () => {
					const id = newId();
					const digest = { name: 'd', wait: 1_000 };
					const request = { id, key: id, recipient: 'mary', template: 'x@1', variables: '{}', window: hour, digest };
					const answer = await accept(outbox, request);
					assert.ok(answer.kind === 'new');
					accepted.set(id, answer.id);
				};
				/** PostgreSQL has a clock of its own, so the rows are moved, not the clock. */
				const later = async () => {
					await outbox.db.updateTable('notifier_delivery').set({ due_at: 0, next_at: 0, lease_until: 0 }).execute();
					while ((await joinDue(outbox)) > 0);
				};
				const work = async (isCrash: boolean) => {
					for (const delivery of await claim(outbox, { count: 10, lease: 30_000, held: [] })) {
						const items = await closeDigest(outbox, delivery);
						// It comes while the digest is being rendered, and must not be lost.
						await take();
						if (isCrash) continue;
						const message = items.map(({ id }) => id).join();
						const decision = { target: 'dm', channelId: 'c', message } as const;
						await startSending(outbox, delivery, { decision, serverTime: 1, lease: 30_000 });
						await finishSent(outbox, delivery, { postId: 'p', auditIn: undefined });
						for (const { id } of items) told.set(id, (told.get(id) ?? 0) + 1);
					}
				};
				for (const step of steps) {
					if (step === 'accept') await take();
					if (step === 'accept many') await Promise.all(Array.from({ length: mostItems + 3 }, take));
					if (step === 'later') await later();
					if (step === 'send') await work(false);
					if (step === 'crash') await work(true);
					const last = [...accepted.values()].at(-1);
					if (step === 'cancel' && last !== undefined && (await cancel(outbox, last))) cancelled.add(last);
				}
				const unfinished = () =>
					outbox.db
						.selectFrom('notifier_delivery')
						.select('id')
						.where('finished_at', 'is', null)
						.where((eb) =>
							eb.exists(eb.selectFrom('notifier_digest').select('name').whereRef('delivery_id', '=', 'id')),
						)
						.execute();
				const last = new Set(accepted.keys());
				for (let rounds = 0; rounds < 10 && (await unfinished()).length > 0; rounds++) {
					await later();
					await work(false);
				}
				for (const id of last) {
					const digestId = accepted.get(id) ?? '';
					assert.ok((await itemsOf(outbox, digestId)).some((item) => item.id === id));
					if (!cancelled.has(digestId)) assert.equal(told.get(id), 1);
					else assert.equal(told.get(id), undefined);
				}
				await outbox.db.deleteFrom('notifier_delivery').execute();
				await dropOldDigests(outbox);
				assert.equal((await outbox.db.selectFrom('notifier_digest_item').select('id').execute()).length, 0);
			});
			await fc.assert(property, { numRuns: kind === 'sqlite' ? 25 : 4 });
		});
	});
}
