import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { until } from '@matterkit/testing';
import type { RunningService } from '../testing/service.ts';
import { serviceTests } from '../testing/suites.ts';
import { testTemplates } from '../testing/templates.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`bulk sending on ${kind}`, () => {
		const suite = serviceTests(kind, { people: ['mary', 'john', 'anna'], templates: testTemplates });
		const { run } = suite;
		const post = (service: RunningService, body: unknown, headers?: Record<string, string>) =>
			service.request('/bulk', { method: 'POST', body, ...(headers && { headers }) });
		const people = [
			{ to: { username: 'mary' }, variables: { subject: 'Printer' } },
			{ to: { username: 'john' }, variables: { subject: 'Desk' } },
			{ to: { email: 'anna@example.com' }, variables: { subject: 'Chair' }, locale: 'de' },
		];
		const bulk = { template: 'request', variables: { state: 'ready' }, recipients: people };

		run('each person gets their own, with what is said for all and for them', async (service) => {
			const before = (await suite.world.channelMessages()).length;
			const { status, body } = await post(service, bulk);
			assert.deepEqual([status, body.total, body.accepted, body.skipped], [202, 3, 3, 0]);
			assert.equal(new Set(body.results.map(({ id }: { id: string }) => id)).size, 3);
			await until('all are posted', async () => (await suite.world.channelMessages()).length === before + 3);
			assert.deepEqual((await suite.world.channelMessages()).slice(before).sort(), [
				'@anna **Chair** ist ready',
				'@john Desk: ready',
				'@mary Printer: ready',
			]);
		});

		run('those who have it already are told apart, the others get it', async (service) => {
			const keyed = { ...bulk, key: 'k', recipients: people.slice(0, 1) };
			const first = await post(service, keyed);
			const { body } = await post(service, { ...keyed, recipients: people });
			assert.deepEqual(
				body.results.map(({ skipped }: { skipped: boolean }) => skipped),
				[true, false, false],
			);
			assert.equal(body.results[0].id, first.body.results[0].id);
		});

		run('one that is wrong is named, and none is accepted', async (service) => {
			const bad: [object, string][] = [
				[{ recipients: [...people, { to: { username: 'mary' } }] }, 'recipients.3.variables.subject'],
				[
					{ recipients: [...people, { to: { username: '!' }, variables: { subject: 'x' } }] },
					'recipients.3.to.username',
				],
				[{ recipients: [{ variables: { subject: 'x' } }] }, 'recipients.0.to'],
				[{ recipients: [{ ...people[0], locale: '?' }] }, 'recipients.0.locale'],
				[{ recipients: [{ ...people[0], template: 'x' }] }, 'recipients.0.template'],
				[{ recipients: [] }, 'recipients'],
				[{ recipients: undefined }, 'recipients'],
				[{ recipients: Array.from({ length: 1_001 }, () => people[0]) }, 'recipients'],
				[{ template: 'nothing' }, 'template'],
				[{ locale: '?', recipients: people.slice(0, 2) }, 'locale'],
				[{ to: { username: 'mary' } }, 'to'],
				[{ tempalte: 'x' }, 'tempalte'],
			];
			for (const [change, field] of bad) {
				const { status, body } = await post(service, { ...bulk, ...change });
				assert.deepEqual([status, Object.keys(body.fields ?? {})], [400, [field]]);
			}
			assert.equal((await service.request('/idempotency')).body.total, 0);
			assert.equal((await service.request('/bulk?wait=1s', { method: 'POST', body: bulk })).status, 400);
		});

		run(
			'with an Idempotency-Key a repeat is the first one again, and another list is refused whole',
			async (service) => {
				const headers = { 'idempotency-key': 'all' };
				const first = await post(service, bulk, headers);
				const ids = (answer: typeof first) => answer.body.results.map(({ id }: { id: string }) => id);
				assert.deepEqual(ids(await post(service, bulk, headers)), ids(first));
				const longer = { ...bulk, recipients: [...people, people[0]] };
				assert.equal((await post(service, longer, headers)).status, 422);
				assert.equal((await service.request('/idempotency')).body.total, 6, 'nothing of the refused one is left');
			},
		);

		run('two at once in opposite orders: each notification is accepted once', async (service) => {
			const recipients = Array.from({ length: 200 }, (_, number) => ({ ...people[number % 2], key: `k${number}` }));
			const [one, other] = await Promise.all([
				post(service, { ...bulk, recipients }),
				post(service, { ...bulk, recipients: [...recipients].reverse() }),
			]);
			for (const { status } of [one, other]) assert.equal(status, 202);
			assert.equal(one.body.accepted + other.body.accepted, 200);
		});

		run('a thousand people are accepted in one go', async (service) => {
			suite.world.server.away = true;
			try {
				const recipients = Array.from({ length: 1_000 }, (_, number) => ({
					to: { username: `person-${number}` },
					variables: { subject: `Thing ${number}` },
				}));
				assert.equal((await post(service, { ...bulk, recipients })).body.accepted, 1_000);
			} finally {
				suite.world.server.away = false;
			}
		});
	});
}
