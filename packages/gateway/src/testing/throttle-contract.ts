// What every throttle must do. Run by the tests of each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import type { Throttles } from '../accounts/throttle.ts';

/** Two views of the same throttles: the same for one node, two nodes otherwise. */
export interface ThrottlesPair extends AsyncDisposable {
	readonly here: Throttles;
	readonly there: Throttles;
}

/** @param open gives undefined where it can't run here, and the tests are skipped. */
export function throttleContract(name: string, open: () => Promise<ThrottlesPair | undefined>): void {
	const contract = (what: string, run: (pair: ThrottlesPair) => Promise<void>) =>
		test(`${name}: ${what}`, async (t) => {
			await using pair = await open();
			if (pair) await run(pair);
			else t.skip('what it needs is not installed');
		});

	contract(
		'after the burst the next try, wherever, is told how long to wait, and passes then',
		async ({ here, there }) => {
			// Slow enough that nothing comes back while the burst is taken.
			const rate = { burst: 3, perMinute: 30 };
			const [one, other] = [here('a', rate), there('a', rate)];
			for (const throttle of [one, other, one]) assert.equal(await throttle.take('ada'), 0);
			const wait = await other.take('ada');
			assert.ok(wait > 0 && wait <= 2_000, `${wait} ms`);
			assert.equal(await other.take('bob'), 0, 'others are not held up');
			assert.equal(await here('b', rate).take('ada'), 0, 'nor other throttles');
			const asked = performance.now();
			await until('it passes', async () => (await other.take('ada')) === 0);
			assert.ok(performance.now() - asked > wait - 100, 'not before');
		},
	);

	contract('a try that is given back does not count, and gives nothing beyond the burst', async ({ here, there }) => {
		const rate = { burst: 1, perMinute: 1 };
		const [one, other] = [here('a', rate), there('a', rate)];
		for (let i = 0; i < 20; i++) {
			assert.equal(await one.take('ada'), 0);
			await other.giveBack('ada');
			await one.giveBack('ada');
		}
		assert.equal(await one.take('ada'), 0);
		assert.ok((await other.take('ada')) > 0);
	});

	contract('of many tries at once only the burst passes', async ({ here, there }) => {
		const rate = { burst: 5, perMinute: 1 };
		const both = [here('a', rate), there('a', rate)];
		const waits = await Promise.all(Array.from({ length: 50 }, (_, i) => both[i % 2]?.take('ada')));
		assert.equal(waits.filter((wait) => wait === 0).length, 5);
	});
}
