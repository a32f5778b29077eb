import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from './gateway/run.ts';

// Longer, and with Redis, Mattermost and half-open connections too: npm run chaos gateway -- --minutes 10. A seed that fails is tried again with --seed.
test('while servers, connections and members go and come, everybody hears all that they may, once and in order', {
	timeout: 400_000,
}, async (t) => {
	const seed = Number(process.env.CHAOS_SEED ?? 1);
	const faults = ['kill node', 'cut upstream', 'remove member', 'cut clients'] as const;
	const result = await runChaos({ seed, seconds: 12, faults });
	if (!result) return t.skip('PostgreSQL or Redis is not installed');
	const { acknowledged, details, log } = result;
	assert.ok(acknowledged > 30, `${acknowledged} posts were made`);
	assert.deepEqual(details, [], log.join('\n'));
});
