import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cohort, type CohortOptions } from './cohort.ts';
import { type JsonObject, Subscribable, type Viewer } from './engine.ts';
import { type Delivery, Payload } from './payload.ts';
import { Subscriber } from './subscriber.ts';

/** A cohort with one subscriber; `heard` has what the subscriber's client gets, each write one string: results with `+` between them. */
function cohortOf(execute: CohortOptions<Viewer>['execute'], heldEvents = 10) {
	const shape = { text: '', variables: [], shared: true, execute: () => ({}) };
	const cohort = new Cohort<Viewer>(
		{ shape, variables: {}, viewerClass: '', kinds: undefined, caller: null },
		{ execute, heldEvents, explain: () => ({ message: 'failed' }) },
		() => {},
	);
	return { cohort, heard: subscriberOf(cohort, 'u1').heard };
}

function subscriberOf(cohort: Cohort<Viewer>, userId: string) {
	const heard: string[] = [];
	const sink = {
		requestId: 'r1',
		next: ({ events }: Delivery) =>
			void heard.push([...events.matchAll(/data: (.*)/g)].map(([, json]) => json).join('+')),
		complete: () => void heard.push('complete'),
		refuse: (errors: readonly { message: string }[]) => void heard.push(...errors.map(({ message }) => message)),
		ready: () => undefined,
	};
	const subscriber = new Subscriber(cohort, new Subscribable<JsonObject>({ topic: 't' }), sink, userId);
	cohort.join(subscriber);
	subscriber.begin();
	return { heard };
}

/** One turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

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
	await turn();
	assert.deepEqual(heard, ['slow+quick+slower+last', 'removed']);
});

test('what comes in one turn of the event loop is written at once, at its end; what comes later by itself', async () => {
	const { cohort, heard } = cohortOf((_plan, { key }) => new Payload(String(key)));
	for (const key of ['a', 'b', 'c']) cohort.take(event(key));
	assert.deepEqual(heard, []);
	await turn();
	cohort.take(event('d'));
	await turn();
	assert.deepEqual(heard, ['a+b+c', 'd']);
});

test('who joins hears nothing of what was told before, and who is ended all of it', () => {
	const { cohort, heard } = cohortOf((_plan, { key }) => new Payload(String(key)));
	cohort.take(event('before'));
	const late = subscriberOf(cohort, 'u2');
	cohort.take(event('after'));
	cohort.take({ type: 'end', message: 'archived' });
	assert.deepEqual(heard, ['before', 'after', 'archived']);
	assert.deepEqual(late.heard, ['after', 'archived']);
});

test('much that comes at once is written piece by piece: no batch goes far beyond what may wait for a reader', async () => {
	const { cohort, heard } = cohortOf((_plan, { key }) => new Payload(String(key).padEnd(20_000, '.')));
	for (let i = 0; i < 10; i++) cohort.take(event(String(i)));
	await turn();
	assert.ok(heard.length > 1);
	assert.ok(heard.every((written) => written.length < 90_000));
	assert.equal(heard.join('').replaceAll(/[.+]/g, ''), '0123456789');
});

test('a resolver that never answers does not fill the memory: the operations end', async () => {
	const { cohort, heard } = cohortOf(() => new Promise(() => {}), 2);
	for (const key of ['a', 'b', 'c', 'd']) cohort.take(event(key));
	assert.deepEqual(heard, ['the server can not keep up with this subscription']);
});
