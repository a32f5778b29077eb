import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseCover, redundant } from './covers.ts';

const none = () => 0;

test('a channel is covered by a stream that is open already, the busiest of them', () => {
	const covering = (userId: string) => ({ ada: 9, bob: 1, eve: 3 })[userId] ?? 0;
	const isOpen = (userId: string) => userId !== 'ada';
	assert.equal(chooseCover({ userIds: ['ada', 'bob', 'eve'], isOpen, covering, couldCover: none }), 'eve');
});

test('where no stream is open, the one who can cover most channels is chosen', () => {
	const couldCover = (userId: string) => ({ ada: 1, bob: 2 })[userId] ?? 0;
	assert.equal(chooseCover({ userIds: ['ada', 'bob'], isOpen: () => false, covering: none, couldCover }), 'bob');
});

test('a channel without candidates is not covered', () => {
	assert.equal(chooseCover({ userIds: [], isOpen: () => true, covering: none, couldCover: none }), undefined);
});

test('streams whose channels others can cover are redundant, but not all of them at once', () => {
	const one = { by: 'bob', candidates: ['ada', 'bob'] };
	const two = { by: 'eve', candidates: ['ada', 'eve'] };
	const three = { by: 'ada', candidates: ['ada'] };
	assert.deepEqual(redundant([one, two, three], ['ada', 'bob', 'eve']), new Set(['bob', 'eve']));
	const both = [one, { by: 'ada', candidates: ['ada', 'bob'] }];
	assert.equal(redundant(both, ['ada', 'bob']).size, 1);
});

test('a stream that covers nothing is redundant', () => {
	assert.deepEqual(redundant([{ by: 'ada', candidates: ['ada'] }], ['ada', 'bob']), new Set(['bob']));
});
