import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lease } from './lease.ts';

test('a process that stood still past its lease knows that it may not post', async () => {
	let now = 0;
	const lease = new Lease(30_000, () => now);
	assert.ok(lease.covers(10_000));
	now += 25_000;
	assert.ok(!lease.covers(10_000));
	await lease.extend(async () => {});
	assert.ok(lease.covers(10_000));
});

test('an extension counts from before it was written: while the database was slow, its lease ran already', async () => {
	let now = 0;
	const lease = new Lease(30_000, () => now);
	await lease.extend(async () => {
		now += 28_000;
	});
	assert.ok(!lease.covers(10_000));
});

test('whatever the pauses, a lease here never outlasts the one in the database', async () => {
	const pauses = fc.array(fc.record({ before: fc.nat(20_000), during: fc.nat(20_000) }), { maxLength: 20 });
	await fc.assert(
		fc.asyncProperty(pauses, fc.nat(30_000), async (extensions, needed) => {
			let now = 0;
			let written = 30_000;
			const lease = new Lease(30_000, () => now);
			for (const { before, during } of extensions) {
				now += before;
				await lease.extend(async (length) => {
					// Somewhere in `during` the database writes its own time: at the earliest at once.
					written = now + length;
					now += during;
				});
			}
			if (lease.covers(needed)) assert.ok(now + needed <= written);
		}),
	);
});
