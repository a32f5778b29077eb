import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Recorder, Table } from './table.ts';

interface Row {
	readonly id: string;
	colour: string | undefined;
}

function table(recorder?: Recorder) {
	const rows = new Table<Row>('rows', (row) => row.id, recorder);
	const byColour = rows.by((row) => row.colour);
	const ids = (colour: string) => [...byColour.get(colour)].map((row) => row.id);
	return { rows, byColour, ids };
}

test('an index follows rows that are made, changed and deleted', () => {
	const { rows, ids } = table();
	const a = rows.insert({ id: 'a', colour: 'red' });
	rows.insert({ id: 'b', colour: 'red' });
	assert.deepEqual(ids('red'), ['a', 'b']);
	rows.update(a, { colour: 'blue' });
	assert.deepEqual([ids('red'), ids('blue')], [['b'], ['a']]);
	rows.delete(a);
	assert.deepEqual(ids('blue'), []);
});

test('a row without a key is in no place of the index', () => {
	const { rows, byColour } = table();
	const a = rows.insert({ id: 'a', colour: undefined });
	assert.equal(byColour.one('undefined'), undefined);
	rows.update(a, { colour: 'red' });
	assert.equal(byColour.one('red'), a);
	rows.update(a, { colour: undefined });
	assert.equal(byColour.one('red'), undefined);
});

test('a row stays the same object when it changes', () => {
	const { rows } = table();
	const a = rows.insert({ id: 'a', colour: 'red' });
	rows.update(a, { colour: 'blue' });
	assert.equal(rows.get('a'), a);
	assert.equal(a.colour, 'blue');
});

test('changes are recorded before they can be seen', () => {
	const lines: unknown[] = [];
	const { rows } = table({
		inserted: (...line) => lines.push([...line, rows.size]),
		updated: (...line) => lines.push([...line, rows.get('a')?.colour]),
		deleted: (...line) => lines.push([...line, rows.size]),
	});
	const a = rows.insert({ id: 'a', colour: 'red' });
	rows.update(a, { colour: 'blue' });
	rows.delete(a);
	assert.deepEqual(lines, [
		['rows', { id: 'a', colour: 'blue' }, 0],
		['rows', 'a', { colour: 'blue' }, 'red'],
		['rows', 'a', 1],
	]);
});
