// What every implementation of Topics must do. Run by the tests of each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import type { Entry, Topics } from '../engine/engine.ts';

/** Two views of the same topics: the same object for one node, two nodes otherwise. */
export interface TopicsPair extends AsyncDisposable {
	readonly here: Topics;
	readonly there: Topics;
}

export const event = (key: string): Entry => ({ type: 'event', key, event: { id: key } });
const never = new AbortController().signal;

/** Keeps what a listener heard. */
export function listenTo(topics: Pick<Topics, 'subscribe'>, topic: string) {
	const heard: Entry[] = [];
	const stop = topics.subscribe(topic, (entry) => void heard.push(entry));
	return {
		heard,
		stop,
		keys: () => heard.map((entry) => (entry.type === 'event' ? entry.key : entry.type)),
		/** Waits for so many entries. */
		async count(count: number) {
			await until(`${count} entries on ${topic}`, () => heard.length >= count);
			assert.equal(heard.length, count);
		},
	};
}

/** @param open gives undefined where it can't run here, and the tests are skipped. */
export function topicsContract(name: string, open: () => Promise<TopicsPair | undefined>): void {
	const contract = (what: string, run: (pair: TopicsPair) => Promise<void>) =>
		test(`${name}: ${what}`, async (t) => {
			await using pair = await open();
			if (pair) await run(pair);
			else t.skip('what it needs is not installed');
		});

	contract('all listeners of a topic hear each entry, in the same order, and nothing of other topics', async (pair) => {
		const listeners = [pair.here, pair.there, pair.there].map((topics) => listenTo(topics, 'a'));
		const other = listenTo(pair.there, 'b');
		for (let i = 0; i < 50; i++) {
			await pair.here.publish('a', event(`h${i}`));
			void pair.there.publish('a', event(`t${i}`));
		}
		await pair.there.publish('b', event('last'));
		await other.count(1);
		for (const listener of listeners) await listener.count(100);
		for (const listener of listeners) assert.deepEqual(listener.keys(), listeners[0]?.keys());
		assert.deepEqual(
			listeners[0]?.keys().filter((key) => key.startsWith('h')),
			Array.from({ length: 50 }, (_, i) => `h${i}`),
		);
	});

	contract('entries arrive as they were published', async ({ here, there }) => {
		const listener = listenTo(there, 'a');
		const entries: Entry[] = [
			{ type: 'event', key: 'k', event: { text: 'ümläut ☃ "quoted"\n', nested: [{ n: 1.5, no: null }] } },
			{ type: 'end', userId: 'u1', message: 'gone' },
			{ type: 'note', note: { typing: true } },
		];
		for (const entry of entries) await here.publish('a', entry);
		await listener.count(3);
		assert.deepEqual(listener.heard, entries);
	});

	contract('who stopped listening hears nothing more', async ({ here, there }) => {
		const stopped = listenTo(there, 'a');
		const other = listenTo(there, 'a');
		await here.publish('a', event('1'));
		await stopped.count(1);
		stopped.stop();
		await here.publish('a', event('2'));
		await other.count(2);
		assert.equal(stopped.heard.length, 1);
	});

	contract(
		'an event whose key was published lately is dropped, whoever publishes it again',
		async ({ here, there }) => {
			const listener = listenTo(there, 'a');
			await here.publish('a', event('1'));
			await listener.count(1);
			assert.equal(await there.publish('a', event('1')), true);
			await here.publish('a', event('1'));
			await here.publish('a', event('2'));
			await listener.count(2);
			assert.deepEqual(listener.keys(), ['1', '2']);
		},
	);

	contract('an event that is past for a node is dropped there, and nowhere else', async ({ here, there }) => {
		const elsewhere = listenTo(here, 'a');
		const listener = listenTo(there, 'a');
		there.known('a', ['1']);
		await here.publish('a', event('1'));
		await here.publish('a', event('2'));
		await listener.count(1);
		assert.deepEqual(listener.keys(), ['2']);
		if (here !== there) await elsewhere.count(2);
	});

	contract('a listener that throws keeps nothing from the others', async ({ here, there }) => {
		there.subscribe('a', () => {
			throw new Error('a bad listener');
		});
		const listener = listenTo(there, 'a');
		await here.publish('a', event('1'));
		await here.publish('a', event('2'));
		await listener.count(2);
	});

	contract(
		'one holds the lease; the next gets it when it is given back, with a higher fence',
		async ({ here, there }) => {
			const listener = listenTo(here, 'a');
			const first = await here.lease('a', never);
			let granted = false;
			const waiting = there.lease('a', never).then((lease) => {
				granted = true;
				return lease;
			});
			const elsewhere = await there.lease('b', never);
			assert.equal(await here.publish('a', event('1'), first), true);
			await listener.count(1);
			assert.equal(granted, false);
			await first[Symbol.asyncDispose]();
			assert.equal(first.signal.aborted, true);
			const second = await waiting;
			assert.ok(second.fence > first.fence);
			await second[Symbol.asyncDispose]();
			await elsewhere[Symbol.asyncDispose]();
		},
	);

	contract('what is published with a lease that was given back is dropped', async ({ here, there }) => {
		const listener = listenTo(there, 'a');
		const old = await here.lease('a', never);
		await old[Symbol.asyncDispose]();
		assert.equal(await here.publish('a', event('late'), old), false);
		await using lease = await there.lease('a', never);
		assert.equal(await there.publish('a', event('good'), lease), true);
		await listener.count(1);
		assert.deepEqual(listener.keys(), ['good']);
	});

	contract('who gives up waiting for a lease does not get it, and it goes to the next', async ({ here, there }) => {
		const held = await here.lease('a', never);
		const impatient = new AbortController();
		const given = there.lease('a', impatient.signal);
		const patient = there.lease('a', never);
		impatient.abort(new Error('enough'));
		await assert.rejects(given, /enough/);
		await held[Symbol.asyncDispose]();
		await (await patient)[Symbol.asyncDispose]();
		await assert.rejects(there.lease('a', AbortSignal.abort(new Error('before'))), /before/);
	});
}
