import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { memoryTopics } from '../nodes/memory.ts';
import { event, listenTo } from '../testing/topics-contract.ts';
import { AccessGate } from './access-gate.ts';

const logger = pino({ level: 'silent' });
const setUp = () => {
	const topics = memoryTopics({ logger });
	const gate = new AccessGate(topics, logger);
	return { topics, gate, listen: (topic: string) => listenTo(gate, topic) };
};
/** A look-up that ends when the test says so. */
const lookUp = () => Promise.withResolvers<void>();
const settled = () => new Promise(setImmediate);

test('what comes after the reason for a look-up waits for it, on all topics, and keeps its order', async () => {
	const { topics, gate, listen } = setUp();
	const [a, b] = [listen('a'), listen('b')];
	await topics.publish('a', event('1'));
	const look = lookUp();
	gate.hold(look.promise);
	for (const key of ['2', '3']) await topics.publish('a', event(key));
	await topics.publish('b', event('4'));
	assert.deepEqual([a.keys(), b.keys(), gate.held], [['1'], [], 3]);
	look.resolve();
	await settled();
	assert.deepEqual([a.keys(), b.keys(), gate.held], [['1', '2', '3'], ['4'], 0]);
});

test('a look-up for one topic holds up no other', async () => {
	const { topics, gate, listen } = setUp();
	const [a, b] = [listen('a'), listen('b')];
	const look = lookUp();
	gate.hold(look.promise, 'a');
	await topics.publish('a', event('1'));
	await topics.publish('b', event('2'));
	assert.deepEqual([a.keys(), b.keys()], [[], ['2']]);
	look.reject(new Error('what failed is dealt with by who looks'));
	await settled();
	assert.deepEqual(a.keys(), ['1']);
});

test('an entry waits for the look-ups before it, not for those after it, whichever ends first', async () => {
	const { topics, gate, listen } = setUp();
	const a = listen('a');
	const [first, ofOther, second] = [lookUp(), lookUp(), lookUp()];
	gate.hold(first.promise);
	await topics.publish('a', event('1'));
	gate.hold(ofOther.promise, 'b');
	gate.hold(second.promise, 'a');
	await topics.publish('a', event('2'));
	second.resolve();
	await settled();
	assert.deepEqual(a.keys(), []);
	first.resolve();
	await settled();
	assert.deepEqual(a.keys(), ['1', '2']);
});

test('who stopped listening hears nothing of what was held', async () => {
	const { topics, gate, listen } = setUp();
	const a = listen('a');
	const look = lookUp();
	gate.hold(look.promise);
	await topics.publish('a', event('1'));
	a.stop();
	look.resolve();
	await settled();
	assert.deepEqual([a.keys(), gate.held], [[], 0]);
});
