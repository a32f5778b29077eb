import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CreationOrder } from './creation-order.ts';

/** An order and what it let go. Its time is moved by hand. */
function start({ mock }: TestContext) {
	mock.timers.enable({ apis: ['setTimeout'] });
	const order = new CreationOrder();
	const heard: string[] = [];
	return {
		order,
		heard,
		pass: (milliseconds: number) => mock.timers.tick(milliseconds),
		post: (id: string, position: number) => order.hold(() => heard.push(id), { id, position }),
		other: (name: string) => order.hold(() => heard.push(name)),
	};
}

test('what was made earlier and comes later by less than 100 ms is let go before', (t) => {
	const { order, heard, pass, post } = start(t);
	post('second', 20);
	pass(70);
	post('first', 10);
	pass(29);
	assert.deepEqual(heard, []);
	pass(1);
	assert.deepEqual(heard, ['first', 'second']);
	assert.ok(order.isEmpty);
});

test('what was made later waits for its own time', (t) => {
	const { heard, pass, post } = start(t);
	post('first', 10);
	pass(50);
	post('third', 30);
	pass(50);
	assert.deepEqual(heard, ['first']);
	pass(40);
	post('second', 20);
	pass(10);
	assert.deepEqual(heard, ['first', 'second', 'third']);
});

test('two of one millisecond have one order, however they come', (t) => {
	const { heard, pass, post } = start(t);
	for (const id of ['b', 'a']) post(id, 10);
	pass(100);
	for (const id of ['c', 'd']) post(id, 20);
	pass(100);
	assert.deepEqual(heard, ['a', 'b', 'c', 'd']);
});

test('what is no post comes after all that was there before it', (t) => {
	const { heard, pass, post, other } = start(t);
	post('second', 20);
	other('edited');
	other('edited again');
	post('first', 10);
	pass(100);
	assert.deepEqual(heard, ['first', 'second', 'edited', 'edited again']);
	other('alone');
	pass(100);
	assert.equal(heard.at(-1), 'alone');
});

test('all is let go at once, in order, when it need not wait any more', (t) => {
	const { order, heard, pass, post } = start(t);
	post('second', 20);
	post('first', 10);
	order.flush();
	assert.deepEqual(heard, ['first', 'second']);
	pass(100);
	assert.deepEqual(heard, ['first', 'second']);
});
