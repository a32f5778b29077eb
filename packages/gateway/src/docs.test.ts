// What the documentation claims, where a slip would go unseen.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultLimits } from './limits.ts';

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');

test('every limit is documented with its default', () => {
	const rows = page('gateway-guide').matchAll(/^\| `(\w+)` +\| ([\d,]+) +\|/gm);
	const told = Object.fromEntries([...rows].map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))]));
	assert.deepEqual(told, defaultLimits);
});

test('every fault that is not repeated has the test that is named', () => {
	const faults = page('compat').split('## Faults that are not repeated')[1] ?? '';
	const named = [...faults.matchAll(/^\| [^|]+ \| [^|]+ \| (.+?) *\|$/gm)].slice(2).map(([, name = '']) => name);
	assert.ok(named.length > 20);
	const folder = import.meta.dirname;
	const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
	const source = tests
		.map((file) => readFileSync(join(folder, file), 'utf8'))
		.join('')
		.replaceAll(/’|\\'/g, "'");
	assert.deepEqual(
		named.filter((name) => !source.includes(name)),
		[],
	);
});
