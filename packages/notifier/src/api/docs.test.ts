// Runs every example of docs/notifier-api.md and docs/notifier-templates.md, in its order, and compares what is answered with what stands
// there.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { defineTemplate } from '../templates/definition.ts';
import { parseTemplate } from '../templates/files.ts';
import { borrow, key, startService } from '../testing/service.ts';
import { createWorld } from '../testing/world.ts';
import { openApiDocument } from './openapi/document.ts';

interface Example {
	readonly section: string;
	readonly command: string;
	readonly status: number;
	readonly answer: unknown;
}

const docs = join(import.meta.dirname, '../../../../docs');
const heading = /^###? (.+)$/;
const command = /^```sh\n([\s\S]*?)\n```\n\n(?:(\d{3}):\n\n)?```json\n([\s\S]*?)\n```$/;
const pattern = new RegExp(`${heading.source}|${command.source}`, 'gm');

/** `status`: of examples that say none. */
function examplesIn(text: string, status: number): Example[] {
	let section = '';
	const found = [...text.matchAll(pattern)].flatMap(([, title, command, said, answer = '']) => {
		section = title ?? section;
		return command === undefined
			? []
			: { section, command, status: Number(said ?? status), answer: JSON.parse(answer) };
	});
	assert.equal(found.length, text.match(/^```sh$/gm)?.length, 'an example without an answer');
	return found;
}

/** What a shell would make of the curl command. */
function requestOf(command: string, variables: Record<string, string>) {
	const words = [...command.replace(/\\\n\s*/g, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
		([, raw, quoted, bare]) =>
			raw ?? (quoted ?? bare ?? '').replace(/\$([A-Z]+)/g, (_, name: string) => variables[name] ?? ''),
	);
	const after = (flag: string) => words.flatMap((word, index) => (words[index - 1] === flag ? word : []));
	const url = words.find((word) => word.startsWith('http'));
	const [body] = after('-d');
	assert.ok(url, command);
	return { url, method: after('-X')[0] ?? 'GET', headers: after('-H').map((line) => line.split(/: (.*)/, 2)), body };
}

async function run(
	command: string,
	{ variables, change = (body) => body }: { variables: Record<string, string>; change?: (body: string) => string },
): Promise<{ status: number; body: object }> {
	const { url, method, headers, body } = requestOf(command, variables);
	const response = await fetch(url, {
		method: body === undefined || method !== 'GET' ? method : 'POST',
		headers: headers as [string, string][],
		...(body !== undefined && { body: change(body) }),
	});
	return { status: response.status, body: (await response.json()) as object };
}

/** The same for all values of one shape. A list has the shape of its first item, null that of anything. */
function shapeOf(value: unknown): unknown {
	if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
	if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
	return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

test('every example of the documentation of the API is answered as it says there', async () => {
	await using world = await createWorld();
	for (const username of ['john.doe', 'mary']) await world.person(username);
	const build = defineTemplate({
		name: 'build',
		description: 'A build ended',
		variables: { branch: 'text', result: 'text' },
		locales: { en: ({ branch, result }) => ({ message: `The build of ${branch} ${result}` }) },
	});
	await using service = await startService(world, { templates: [build], privateWebhooks: true });
	await using receiver = createServer((_, response) => response.writeHead(204).end());
	await once(receiver.listen(0, '127.0.0.1'), 'listening');
	const receiving = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
	/** What the examples have ahead of them is over by now. */
	const later = Date.now() - Date.parse('2026-11-21T06:00:00Z');
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	const dead = async (mattermostUsername: string, requestId: number) =>
		(await service.notifier.send({ ...borrow, mattermostUsername, requestId }, { wait: 60_000 })).id;

	/** The last answer in each section. */
	const answers = new Map<string, { id?: string; message?: string; key?: string }>();
	const last = (section: string) => answers.get(section)?.id ?? answers.get(section)?.message ?? '';
	const sent = 'POST /api/notifications/send';
	const scheduled = 'When and how: fields of every sending endpoint';
	const general = 'POST /api/notifications';
	const list = 'GET /api/notifications';
	const cancel = 'POST /api/notifications/{id}/cancel';
	let missing = '';
	/** What `$ID` stands for in a section, and what has to be so before. */
	const before: Record<string, () => Promise<string> | string> = {
		'POST /api/notifications/{id}/replies': () => last(general),
		'PUT /api/notifications/{id}/content': () => last(general),
		[list]: async () => {
			missing = await dead('new.colleague', 9);
			return missing;
		},
		'GET /api/notifications/{id}': () => missing,
		[cancel]: () => (answers.has(cancel) ? last(sent) : last(scheduled)),
		'POST /api/notifications/{id}/replay': () => missing,
		'POST /api/notifications/replay': () => dead('gone', 10),
		'GET /api/notifications/keys': async () => {
			const authorization = `Bearer ${answers.get(apiKey)?.key}`;
			assert.equal((await service.request('/status', { headers: { authorization } })).status, 200);
			return last(apiKey);
		},
		'GET /api/notifications/digests/{id}': async () => {
			const digest = { name: 'builds', window: '1h' };
			const variables = { branch: 'main', result: 'passed' };
			return (await service.notifier.notify({ template: 'build', variables, to: { username: 'mary' }, digest })).id;
		},
	};
	const webhook = 'POST /api/notifications/webhooks';
	const apiKey = 'POST /api/notifications/keys';

	const all = examplesIn(await readFile(join(docs, 'notifier-api.md'), 'utf8'), 200);
	const operations = Object.entries(openApiDocument().paths as Record<string, object>).flatMap(([path, methods]) =>
		Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
	);
	const shown = new Set(all.map(({ section }) => section));
	assert.deepEqual(
		operations.filter((operation) => !shown.has(operation)),
		['GET /api/notifications/openapi.json'],
		'the only operation without an example',
	);
	for (const { section, command, status, answer } of all) {
		const own = await before[section]?.();
		const ID = own ?? (section.includes('/webhooks') ? last(webhook) : last(apiKey));
		if (section.endsWith('/messages'))
			await until('the message is delivered', async () =>
				/"delivered"/.test(JSON.stringify((await service.request(`/webhooks/${ID}/messages`)).body)),
			);
		const MESSAGE = last('POST /api/notifications/webhooks/{id}/test');
		const { status: answeredStatus, body: answered } = await run(command, {
			variables: { URL: service.url, KEY: key, ID, MESSAGE },
			change: (body) =>
				body
					.replace(/(?<=At":")2026[^"]*/g, (time) => new Date(Date.parse(time) + later).toISOString())
					.replace('https://devices.example.com/hooks/notifications', receiving),
		});
		const told = `${section}: ${command}\n${JSON.stringify(answered, null, '\t')}`;
		assert.equal(answeredStatus, status, told);
		assert.deepEqual(shapeOf(answered), shapeOf(answer), told);
		answers.set(section, answered);
	}
});

test('every example of the documentation of templates is answered as it says there', async () => {
	const text = await readFile(join(docs, 'notifier-templates.md'), 'utf8');
	const [, template] = /```json\n(\{\n\t"name": "build-failed"[\s\S]*?)\n```/.exec(text) ?? [];
	assert.ok(template);
	await using world = await createWorld();
	for (const username of ['john', 'mary']) await world.person(username);
	await using service = await startService(world, { templates: [parseTemplate(JSON.parse(template), 'docs')] });
	let ID = '';
	for (const { section, command, answer } of examplesIn(text, 200)) {
		const { status, body } = await run(command, { variables: { URL: service.url, KEY: key, ID } });
		const told = `${section}: ${command}\n${JSON.stringify(body, null, '\t')}`;
		assert.ok(status < 300, told);
		if (section === 'To one person') ID = (body as { id: string }).id;
		if (command.includes('/preview')) assert.deepEqual(body, answer, told);
		assert.deepEqual(shapeOf(body), shapeOf(answer), told);
		// Whether it is quiet just now depends on when the test runs.
		if (section.startsWith('Preferences')) await service.request('/preferences/mary', { method: 'DELETE' });
	}
});
