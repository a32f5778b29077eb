import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram as PromHistogram, Registry } from 'prom-client';
import { Histogram } from './histogram.ts';

test('it reads as a histogram of prom-client with the same observations does', async () => {
	const options = { name: 'wait_seconds', help: 'How long.', buckets: [0.001, 0.01, 0.1] };
	const [ours, theirs] = [new Registry(), new Registry()];
	const histogram = new Histogram(options, ours);
	const prom = new PromHistogram({ ...options, labelNames: ['kind'], registers: [theirs] });
	for (const kind of ['query', 'mutation']) {
		const series = histogram.series({ kind });
		for (const seconds of [0, 0.001, 0.0011, 0.05, 0.1, 0.2, 7]) {
			series.observe(seconds);
			prom.observe({ kind }, seconds);
		}
	}
	assert.equal(await ours.metrics(), await theirs.metrics());
});
