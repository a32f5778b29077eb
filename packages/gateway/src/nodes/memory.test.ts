import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { event, listenTo, topicsContract } from '../testing/topics-contract.ts';
import { memoryTopics } from './memory.ts';

const logger = pino({ level: 'silent' });

topicsContract('in memory', async () => {
	const topics = memoryTopics({ logger });
	return { here: topics, there: topics, [Symbol.asyncDispose]: () => topics[Symbol.asyncDispose]() };
});

test('in memory, listeners have been called when publish returns', () => {
	const topics = memoryTopics({ logger });
	const { heard } = listenTo(topics, 'a');
	void topics.publish('a', event('1'));
	assert.equal(heard.length, 1);
});
