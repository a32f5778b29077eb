// The bounded chaos run: what `npm run chaos notifier` does at length, in half a minute.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startPostgres } from '@matterkit/testing';
import { seeded } from './common/random.ts';
import { runScenario, type Scenario } from './notifier.scenario.ts';
import { trouble } from './notifier.ts';

const bounded = {
	...trouble,
	notifications: 60,
	outage: 2_000,
	serverKills: 1,
	trouble: 11_000,
	workers: 1,
} satisfies Partial<Scenario>;

// They take half a minute each; where nine processes share a slow core, minutes.
const timeout = 400_000;

describe('answers lost, requests refused, Mattermost away and killed, the service killed every 1 to 3 s', {
	concurrency: true,
	timeout,
}, () => {
	test('embedded database: every notification is posted, none twice', { timeout }, async () => {
		const random = seeded(Date.now());
		const outcome = await runScenario({ ...bounded, strategy: 'ours', store: 'sqlite', random });
		assert.deepEqual([outcome.accepted, outcome.lost, outcome.doubled], [60, 0, 0], JSON.stringify(outcome));
		assert.ok(outcome.serviceKills > 0 && outcome.serverKills > 0, JSON.stringify(outcome));
	});

	test('PostgreSQL with two service processes: every notification is posted, none twice', { timeout }, async (t) => {
		await using postgres = await startPostgres();
		if (!postgres) return t.skip('PostgreSQL is not installed');
		const store = { url: await postgres.createDatabase('chaos') };
		const random = seeded(Date.now() + 1);
		const outcome = await runScenario({ ...bounded, strategy: 'ours', store, workers: 2, random });
		assert.deepEqual([outcome.accepted, outcome.lost, outcome.doubled], [60, 0, 0], JSON.stringify(outcome));
	});

	test('a plain retry doubles some: the run would notice', { timeout }, async () => {
		const random = seeded(Date.now() + 2);
		const outcome = await runScenario({ ...bounded, strategy: 'none', store: 'sqlite', random });
		assert.ok(outcome.doubled > 0, JSON.stringify(outcome));
	});
});
