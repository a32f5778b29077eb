import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from './compare.ts';
import { Counterparts } from './counterparts.ts';
import type { Json } from './recordings.ts';

const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(26)) as [string, string, string];
const [uno, due, tre] = ['u', 'd', 't'].map((letter) => letter.repeat(26)) as [string, string, string];

function differences(recorded: Json, ours: Json, counterparts = new Counterparts()): string[] {
	return compare(recorded, ours, counterparts, 'body');
}

test('a missing key, another key, another type and another value are differences', () => {
	assert.deepEqual(differences({ a: 1 }, {}), ['body.a: recorded 1, here no such key']);
	assert.deepEqual(differences({}, { b: null }), ['body.b: recorded no such key, here null']);
	assert.deepEqual(differences({ a: null }, { a: [] }), ['body.a: recorded null, here []']);
	assert.deepEqual(differences({ a: ['x'] }, { a: ['x', 'y'] }), ['body.a.length: recorded 1, here 2']);
	assert.deepEqual(differences({ a: 0 }, { a: false }), ['body.a: recorded 0, here false']);
});

test('times need not be the same, but a time is not nothing', () => {
	assert.deepEqual(differences({ at: 1_795_229_880_829 }, { at: 1_700_000_000_001 }), []);
	assert.equal(differences({ at: 1_795_229_880_829 }, { at: 0 }).length, 1);
	assert.equal(differences({ at: 0 }, { at: 1_795_229_880_829 }).length, 1);
});

test('an id means the same thing wherever it stands', () => {
	const counterparts = new Counterparts();
	assert.deepEqual(differences({ id: one, by: two }, { id: uno, by: due }, counterparts), []);
	assert.deepEqual(differences({ message: `see ${one}` }, { message: `see ${uno}` }, counterparts), []);
	assert.equal(differences({ id: one }, { id: due }, counterparts).length, 1);
	assert.equal(differences({ id: three }, { id: uno }, counterparts).length, 1);
	assert.deepEqual(differences({ [one]: { n: 1 } }, { [uno]: { n: 1 } }, counterparts), []);
	assert.equal(counterparts.translate(`/posts/${one}?after=${three}`), `/posts/${uno}?after=${three}`);
});

test('the order of a list counts, but for that of random ids', () => {
	const counterparts = new Counterparts();
	differences([one, two, three], [uno, due, tre], counterparts);
	const item = (id: string) => ({ id });
	// Newest first, say: the places have to agree.
	assert.equal(differences([item(two), item(one)], [item(uno), item(due)], counterparts).length, 2);
	// By id there, and by id here, where chance has made them otherwise.
	assert.deepEqual(
		differences([item(one), item(two), item(three)], [item(due), item(tre), item(uno)], counterparts),
		[],
	);
});

test('the name of a direct channel has its two ids in whatever order', () => {
	const counterparts = new Counterparts();
	differences([one, two, three], [uno, due, tre], counterparts);
	assert.deepEqual(differences(`${one}__${two}`, `${due}__${uno}`, counterparts), []);
	assert.equal(differences(`${one}__${two}`, `${due}__${tre}`, counterparts).length, 1);
});

test('JSON inside a string is compared as JSON', () => {
	assert.deepEqual(differences('{"a":1,"b":2}', '{"b":2,"a":1}'), []);
	assert.deepEqual(differences('{"a":1}', '{"a":2}'), ['body(JSON).a: recorded 1, here 2']);
});
