import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBrowser, until } from '@matterkit/testing';
import { startEngine } from '../testing/engine-server.ts';
import { metric, password, send, startWorld } from '../testing/gateway-world.ts';

const html = { headers: { accept: 'text/html,application/xhtml+xml' } };

test('a browser gets GraphiQL, by any address, with and without the slash', async () => {
	await using server = await startEngine();
	for (const url of [`${server.origin}/graphql`, server.url]) {
		const page = await fetch(url, html);
		assert.equal(page.url, server.url);
		assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
		const text = await page.text();
		assert.match(text, /<title>matterkit GraphQL/);
		const files = [...text.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, file = '']) => file);
		assert.equal(files.length, 6);
		for (const file of files) {
			const { status, headers } = await fetch(new URL(file, page.url));
			assert.equal(status, 200, file);
			assert.match(headers.get('content-type') ?? '', file.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
			assert.equal(headers.get('x-content-type-options'), 'nosniff');
		}
	}
	// Behind a proxy that adds to the path, an absolute address would lead out of it.
	const redirect = await fetch(`${server.origin}/graphql`, { ...html, redirect: 'manual' });
	assert.equal(redirect.headers.get('location'), 'graphql/');
	const query = await fetch(`${server.url}?query={hello}`, html);
	assert.deepEqual(Object.keys((await query.json()) as object), ['data']);
});

test('the page takes scripts and connections of its own server only, and can not be framed', async () => {
	await using server = await startEngine();
	const policy = (await fetch(server.url, html)).headers.get('content-security-policy') ?? '';
	const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]));
	assert.equal(rules.get('default-src'), "'none'");
	assert.equal(rules.get('script-src'), "'self'");
	assert.equal(rules.get('connect-src'), "'self'");
	assert.equal(rules.get('frame-ancestors'), "'none'");
	assert.doesNotMatch(policy, /https?:|\*|unsafe-eval/);
});

test('in production there is neither the page nor a file of it, and elsewhere no file but its own', async () => {
	await using open = await startEngine();
	await using production = await startEngine({ introspection: false });
	assert.equal((await fetch(production.url, html)).status, 400);
	for (const file of ['page.js', 'graphiql.js', 'index.html']) {
		assert.equal((await fetch(`${open.url}explorer/${file}`)).status, 200);
		assert.equal((await fetch(`${production.url}explorer/${file}`)).status, 404);
	}
	for (const file of [
		'',
		'package.json',
		'..%2Fpackage.json',
		'%2e%2e%2fpackage.json',
		'constructor',
		'__proto__',
		'a%00',
	])
		assert.equal((await fetch(`${open.url}explorer/${file}`)).status, 404, file);
});

test('people log in on the page, ask, and hear what others say, without a word to another host', async (t) => {
	await using page = await startBrowser();
	if (!page) return t.skip('Chromium is not installed');
	await using world = await startWorld();
	await world.person('ada');
	const grace = await world.person('grace');
	await page.open(`${world.origin}/graphql`);
	await page.until(
		`document.querySelector('.graphiql-query-editor .CodeMirror-code')?.textContent.includes('Channels')`,
	);
	const into = async (id: string, text: string) => {
		await page.evaluate(`document.getElementById('${id}').value = ''`);
		await page.evaluate(`document.getElementById('${id}').focus()`);
		await page.type(text);
	};
	const click = (selector: string) => page.evaluate(`document.querySelector('${selector}').click()`);
	const said = `document.getElementById('said').value`;
	await into('username', 'ada');
	await into('password', 'wrong');
	await click('#login button');
	await page.until(`${said} === 'Login Failed!'`);
	await into('password', password);
	await click('#login button');
	await page.until(`${said} === 'Login Successfully!'`);

	const shown = (text: string) =>
		page.until(`document.querySelector('.result-window').textContent.includes('${text}')`);
	await click('.graphiql-execute-button');
	await shown('"username": "ada"');
	await page.evaluate(`document.querySelectorAll('.graphiql-tab-button')[1].click()`);
	// GraphiQL writes it down when it has found the operation's name; until then it would run that of the tab before.
	await page.until(`localStorage.getItem('graphiql:query')?.includes('subscription Listen')`);
	await click('.graphiql-execute-button');
	const listeners = () => metric(world.gateway, 'channel_listeners');
	await until('the page listens', async () => (await listeners()) === 1, { timeout: 60_000 });
	await world.data(send, { channel: 'town-square', text: 'Hello, Ada' }, grace.token);
	await shown('Hello, Ada');
	await shown('"username": "grace"');

	await page.evaluate(`document.querySelector('[aria-label="Show Documentation Explorer"]').click()`);
	await page.until(`document.querySelector('.graphiql-doc-explorer')?.textContent.includes('ChannelQueryType')`);
	const hosts = new Set([...page.urls].map((url) => new URL(url).host));
	assert.deepEqual([...hosts], [new URL(world.origin).host]);
	assert.ok([...page.urls].some((url) => url.startsWith('ws:')));
	assert.deepEqual(page.problems, []);
});
