import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { TemplateError } from './definition.ts';
import { loadTemplates, parseTemplate } from './files.ts';
import { renderTemplate, Templates } from './registry.ts';

const definition = {
	name: 'build-failed',
	version: 2,
	variables: {
		project: 'text',
		build: 'integer',
		seconds: 'number',
		log: { type: 'url', optional: true },
		author: { type: 'text', optional: true },
	},
	locales: {
		en: {
			message: [
				'#### Build {{build}} of {{ project }} failed',
				'after {{seconds}} s',
				'by {{author}}',
				'[Log]({{log}})',
				'{{appBaseUrl}}/builds/{{build}}',
			],
			mention: 'build {{build}} failed',
			attachments: [
				{ color: '#d00000', title: '{{project}}', fields: [{ title: 'Author', value: '{{author}}', short: true }] },
			],
		},
		de: { message: '{{project}}: Build {{build}} ist nach {{seconds}} s gescheitert' },
	},
};
const options = { appBaseUrl: 'https://ci.example.com/', timeZone: 'UTC' };

test('a file’s text is filled in, without the lines whose values were not given', () => {
	const template = parseTemplate(definition, 'x.json');
	const variables = { project: 'core', build: 1234, seconds: 1234.5, log: 'https://ci.example.com/log' };
	assert.deepEqual(renderTemplate(template, variables, { ...options, locale: undefined }), {
		message:
			'#### Build 1234 of core failed\nafter 1,234.5 s\n[Log](https://ci.example.com/log)\nhttps://ci.example.com/builds/1234',
		mention: 'build 1234 failed',
		attachments: [{ color: '#d00000', title: 'core', fields: [] }],
		locale: 'en',
	});
});

test('the language is the one asked for, or its parent, or the template’s first', () => {
	const template = parseTemplate(definition, 'x.json');
	const variables = { project: 'core', build: 1, seconds: 1234.5 };
	const message = (locale: string | undefined) => renderTemplate(template, variables, { ...options, locale }).message;
	assert.equal(message('de-AT'), 'core: Build 1 ist nach 1.234,5 s gescheitert');
	assert.equal(message('DE'), message('de'));
	for (const locale of ['fr', undefined]) assert.match(message(locale), /^#### Build/);
});

test('nothing in a value is filled in again, nor taken for a pattern', () => {
	const template = parseTemplate(definition, 'x.json');
	for (const project of ['{{author}}', '$&', '$1', '{{constructor}}'])
		assert.ok(
			renderTemplate(
				template,
				{ project, build: 1, seconds: 1, author: 'x' },
				{ ...options, locale: 'de' },
			).message.startsWith(project),
		);
});

test('a file that is no template is refused with its name and what is wrong', async () => {
	const en = definition.locales.en;
	const bad: [unknown, string][] = [
		[{ ...definition, name: 'Build Failed' }, 'name'],
		[{ ...definition, version: 0 }, 'version'],
		[{ ...definition, locales: {} }, 'locales'],
		[{ ...definition, locales: { '??': en } }, 'locales.??'],
		[{ ...definition, variables: { project: 'string' } }, 'variables.project'],
		[{ ...definition, extra: 1 }, 'extra'],
		[{ ...definition, locales: { en: { ...en, message: '{{projcet}}' } } }, 'locales.en.message'],
		[{ ...definition, locales: { en: { ...en, attachments: [{ color: 'red' }] } } }, 'locales.en.attachments.0.color'],
		[[], 'body'],
	];
	for (const [given, field] of bad)
		assert.throws(
			() => parseTemplate(given, 'x.json'),
			(error) => error instanceof TemplateError && field in error.fields && error.message.includes('x.json'),
			field,
		);
	await using folder = await tempFolder();
	await writeFile(join(folder.path, 'good.json'), JSON.stringify(definition));
	await writeFile(join(folder.path, 'README.md'), 'not a template');
	assert.deepEqual(
		(await loadTemplates(folder.path)).map(({ name, version }) => `${name}@${version}`),
		['build-failed@2'],
	);
	await writeFile(join(folder.path, 'bad.json'), '{');
	await assert.rejects(loadTemplates(folder.path), /bad\.json/);
});

test('of several versions the highest is found, unless another is asked for; two with one number are refused', () => {
	const [one, two] = [1, 10].map((version) => parseTemplate({ ...definition, version }, 'x'));
	assert.ok(one && two);
	const templates = new Templates([two, one]);
	assert.equal(templates.find('build-failed'), two);
	assert.equal(templates.find('build-failed', 1), one);
	assert.equal(templates.ofRow('build-failed@1'), one);
	assert.deepEqual(templates.all(), [one, two]);
	for (const unknown of ['build-failed@3', 'build-failed', 'x@1', 'constructor@1'])
		assert.equal(templates.ofRow(unknown), undefined);
	assert.throws(() => new Templates([one, one]), TemplateError);
});
