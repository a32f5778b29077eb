import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseCover, type Demand, redundant } from './covers.ts';

const demand = (channelId: string, candidates: string, coveredBy?: string): Demand => ({
	channelId,
	candidates: candidates.split(' ').filter(Boolean),
	coveredBy,
});

test('a channel is covered by a stream that is open already', () => {
	const demands = [demand('c1', 'ada bob', 'bob'), demand('c2', 'ada bob')];
	assert.equal(chooseCover('c2', demands, new Set(['bob'])), 'bob');
});

test('where no stream is open, the one who can cover most channels is chosen', () => {
	const demands = [demand('c1', 'ada bob'), demand('c2', 'bob eve'), demand('c3', 'eve')];
	assert.equal(chooseCover('c1', demands, new Set()), 'bob');
});

test('nobody covers a channel that they are not a member of', () => {
	assert.equal(chooseCover('c1', [demand('c1', ''), demand('c2', 'ada')], new Set(['ada'])), undefined);
	assert.equal(chooseCover('unknown', [], new Set(['ada'])), undefined);
});

test('streams whose channels others can cover are redundant, but not all of them at once', () => {
	const demands = [demand('c1', 'ada bob', 'bob'), demand('c2', 'ada eve', 'eve'), demand('c3', 'ada', 'ada')];
	assert.deepEqual(redundant(demands, new Set(['ada', 'bob', 'eve'])), new Set(['bob', 'eve']));
	const both = [demand('c1', 'ada bob', 'bob'), demand('c2', 'ada bob', 'ada')];
	assert.equal(redundant(both, new Set(['ada', 'bob'])).size, 1);
});

test('a stream that covers nothing is redundant', () => {
	assert.deepEqual(redundant([demand('c1', 'ada', 'ada')], new Set(['ada', 'bob'])), new Set(['bob']));
});
