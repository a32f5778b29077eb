import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cohort, type CohortOptions } from './cohort.ts';
import { type JsonObject, Subscribable, type Viewer } from './engine.ts';
import { Payload } from './payload.ts';
import { Subscriber } from './subscriber.ts';

/** A cohort with one subscriber; `heard` has what the subscriber's client gets. */
function cohortOf(execute: CohortOptions<Viewer>['execute'], heldEvents = 10) {
	const heard: string[] = [];
	const shape = { text: '', variables: [], shared: true, execute: () => ({}) };
	const cohort = new Cohort<Viewer>(
		{ shape, variables: {}, viewerClass: '', kinds: undefined, caller: null },
		{ execute, heldEvents, explain: () => ({ message: 'failed' }) },
		() => heard.push('emptied'),
	);
	const sink = {
		requestId: 'r1',
		next: ({ json }: Payload) => void heard.push(json),
		complete: () => void heard.push('complete'),
		refuse: (errors: readonly { message: string }[]) => void heard.push(...errors.map(({ message }) => message)),
		ready: () => undefined,
	};
	const subscriber = new Subscriber(cohort, new Subscribable<JsonObject>({ topic: 't' }), sink, 'u1');
	cohort.subscribers.add(subscriber);
	subscriber.begin();
	return { cohort, heard };
}

const event = (key: string) => ({ type: 'event', key, event: { key } }) as const;

test('events are delivered in their order, however long each takes to execute; an end keeps its place among them', async () => {
	const gates = new Map(['slow', 'slower'].map((key) => [key, Promise.withResolvers<void>()]));
	const { cohort, heard } = cohortOf(async (_plan, { key }) => {
		await gates.get(String(key))?.promise;
		return new Payload(String(key));
	});
	for (const key of ['slow', 'quick', 'slower', 'last']) cohort.take(event(key));
	cohort.take({ type: 'end', userId: 'u1', message: 'removed' });
	cohort.take(event('after'));
	gates.get('slower')?.resolve();
	gates.get('slow')?.resolve();
	await new Promise((resolve) => setImmediate(resolve));
	assert.deepEqual(heard, ['slow', 'quick', 'slower', 'last', 'emptied', 'removed']);
});

test('what is executed at once is delivered at once', () => {
	const { cohort, heard } = cohortOf((_plan, { key }) => new Payload(String(key)));
	cohort.take(event('a'));
	assert.deepEqual(heard, ['a']);
});

test('a resolver that never answers does not fill the memory: the operations end', async () => {
	const { cohort, heard } = cohortOf(() => new Promise(() => {}), 2);
	for (const key of ['a', 'b', 'c', 'd']) cohort.take(event(key));
	assert.deepEqual(heard, ['emptied', 'the server can not keep up with this subscription']);
});
