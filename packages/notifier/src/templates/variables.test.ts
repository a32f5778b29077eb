import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defineTemplate } from './definition.ts';
import { safeValues, variableProblems } from './variables.ts';

const specs = {
	title: 'text',
	notes: { type: 'multiline', optional: true },
	build: 'integer',
	share: 'number',
	urgent: 'boolean',
	day: 'date',
	link: 'url',
	body: 'markdown',
} as const;
const good = {
	title: 'Printer',
	build: 17,
	share: 0.5,
	urgent: true,
	day: '2026-01-10',
	link: 'https://example.com/x',
	body: '**bold**',
};
const template = defineTemplate({ name: 'x', variables: specs, locales: { en: () => ({ message: 'x' }) } });

test('variables that fit are taken, optional ones may be left out', () => {
	assert.deepEqual(variableProblems(specs, good), {});
	assert.deepEqual(variableProblems(specs, { ...good, notes: null }), {});
});

test('each variable that does not fit is named with what it must be', () => {
	const bad: [object, string, RegExp][] = [
		[{ title: undefined }, 'title', /missing/],
		[{ title: ' ' }, 'title', /empty/],
		[{ title: 7 }, 'title', /text/],
		[{ title: 'x'.repeat(8_001) }, 'title', /8000/],
		[{ build: 1.5 }, 'build', /whole/],
		[{ build: '17' }, 'build', /whole/],
		[{ share: Number.NaN }, 'share', /number/],
		[{ urgent: 'yes' }, 'urgent', /true or false/],
		[{ day: '2026-02-31' }, 'day', /date/],
		[{ day: '2026-01-10T08:30:00' }, 'day', /date/],
		[{ day: 'tomorrow' }, 'day', /date/],
		[{ link: 'javascript:alert(1)' }, 'link', /http/],
		[{ link: 'https://bank.example@evil.example' }, 'link', /http/],
		[{ link: '/relative' }, 'link', /http/],
		[{ tilte: 'x' }, 'tilte', /not a variable/],
		[{ constructor: 'x' }, 'constructor', /not a variable/],
	];
	for (const [change, name, message] of bad) {
		const problems = variableProblems(specs, { ...good, ...change });
		assert.deepEqual(Object.keys(problems), [name]);
		assert.match(problems[name] ?? '', message);
	}
});

test('a template is given texts that are safe, dates as the person writes them, and addresses that stay in their link', () => {
	const variables = { ...good, title: '@all', day: '2026-01-10T23:30:00Z', link: 'https://example.com/a)b' };
	const values = safeValues(template, variables, { locale: 'de-AT', timeZone: 'Europe/Vienna' });
	assert.equal(values.title, '@\u200ball');
	assert.equal(values.link, 'https://example.com/a%29b');
	assert.match(String(values.day), /^11\.0?1\.2026, 00:30$/);
	assert.equal(values.body, '**bold**');
	assert.equal(values.notes, undefined);
	const day = (timeZone: string) => safeValues(template, good, { locale: 'en', timeZone }).day;
	assert.equal(day('Pacific/Kiritimati'), day('Pacific/Pago_Pago'), 'a day is the same day everywhere');
});

test('what was checked can always be made safe', () => {
	fc.assert(
		fc.property(fc.record(Object.fromEntries(Object.keys(specs).map((name) => [name, fc.anything()]))), (variables) => {
			const mixed = { ...good, ...Object.fromEntries(Object.entries(variables).slice(0, 2)) };
			if (Object.keys(variableProblems(specs, mixed)).length > 0) return;
			safeValues(template, mixed, { locale: 'en', timeZone: 'UTC' });
		}),
	);
});
