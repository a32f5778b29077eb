import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from './events/run.ts';

// Longer: npm run chaos events -- --minutes 30. A seed that fails is tried again with --seed.
test('through cuts, gaps, restarts, revoked tokens and moved clocks, every post is told once and in its order', async (t) => {
	const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
	t.diagnostic(`CHAOS_SEED=${seed}`);
	const { acknowledged, details, log } = await runChaos({ seed, seconds: 12 });
	assert.ok(acknowledged > 50, `${acknowledged} posts were made`);
	assert.deepEqual(details, [], log.join('\n'));
});
