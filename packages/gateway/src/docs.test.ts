// What the documentation claims, where a slip would go unseen.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultLimits } from './engine/limits.ts';
import { startWorld } from './testing/gateway-world.ts';

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');

test('every limit is documented with its default', () => {
	const rows = page('gateway-guide').matchAll(/^\| `(\w+)` +\| ([\d,]+) +\|/gm);
	const told = Object.fromEntries([...rows].map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))]));
	assert.deepEqual(told, defaultLimits);
});

const folder = import.meta.dirname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const isTest = (file: string) => file.endsWith('.test.ts');
const isOurs = (file: string) => !isTest(file) && !file.startsWith('testing');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

test('every code of an error is documented, and no other', () => {
	const [, section = ''] = page('gateway-guide').split('## Errors\n');
	const told = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
	const source = files.filter(isOurs).map(read).join('');
	const codes = [...source.matchAll(/(?:code: |RefusedError\([^;]*?, |\| )'([A-Z_]{4,})'/g)].map(([, code]) => code);
	assert.deepEqual(told.toSorted(), [...new Set(codes)].toSorted());
});

test('every option is documented with the README, and no other', () => {
	const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
	const told = [...readme.matchAll(/^\| `([a-z]\w+)` +\| /gm)].map(([, option]) => option);
	const [, options = ''] = read('options.ts').split('export interface GatewayOptions');
	const [, picked = ''] = /EngineOptions<Viewer>, (.+?)>/.exec(options) ?? [];
	const own = [...options.matchAll(/^\treadonly (\w+)\??:/gm), ...picked.matchAll(/'(\w+)'/g)];
	assert.deepEqual(told.toSorted(), own.map(([, option]) => option).toSorted());
});

test('every metric is documented, and no other', async () => {
	await using world = await startWorld();
	const [, section = ''] = page('gateway-scaling').split('## Metrics\n');
	const withoutMeanings = section.replaceAll(/^(\| [^|]+)\|.*/gm, '$1');
	const told = [...withoutMeanings.matchAll(/`([a-z_]+)(?:\{[a-z,]+\})?`/g)].map(
		([, name]) => `matterkit_gateway_${name}`,
	);
	const names = [...(await world.gateway.metrics.metrics()).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name ?? '');
	assert.deepEqual(told.filter((name) => name !== 'matterkit_gateway_').toSorted(), names.toSorted());
});

test('every fault that is not repeated has the test that is named', () => {
	const faults = page('compat').split('## Faults that are not repeated')[1] ?? '';
	const named = [...faults.matchAll(/^\| [^|]+ \| [^|]+ \| (.+?) *\|$/gm)].slice(2).map(([, name = '']) => name);
	assert.ok(named.length > 20);
	const source = files.filter(isTest).map(read).join('').replaceAll(/’|\\'/g, "'");
	assert.deepEqual(
		named.filter((name) => !source.includes(name)),
		[],
	);
});
