import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batches } from './batches.ts';

function counted(size: number) {
	const asked: (readonly string[])[] = [];
	const batches = new Batches(async (ids) => {
		asked.push(ids);
		return new Map(ids.filter((id) => id !== 'nobody').map((id) => [id, id.toUpperCase()]));
	}, size);
	return { asked, batches };
}

test('what is asked for at once is fetched together, each once', async () => {
	const { asked, batches } = counted(100);
	const found = await Promise.all(['ada', 'bob', 'ada', 'nobody'].map((id) => batches.get(id)));
	assert.deepEqual(found, ['ADA', 'BOB', 'ADA', undefined]);
	assert.deepEqual(asked, [['ada', 'bob', 'nobody']]);
});

test('no more is fetched at a time than the server takes', async () => {
	const { asked, batches } = counted(2);
	await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => batches.get(id)));
	assert.deepEqual(asked, [['a', 'b'], ['c', 'd'], ['e']]);
});

test('what is asked for later is fetched anew, also after a failure', async () => {
	let fails = true;
	const batches = new Batches<string>(async (ids) => {
		if (fails) throw new Error('no answer');
		return new Map(ids.map((id) => [id, id]));
	}, 10);
	await assert.rejects(batches.get('ada'), /no answer/);
	fails = false;
	assert.equal(await batches.get('ada'), 'ada');
});
