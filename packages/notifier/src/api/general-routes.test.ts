import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import fc from 'fast-check';
import { type RunningService, startService } from '../testing/service.ts';
import { testTemplates } from '../testing/templates.ts';
import { createWorld, type Person, type World } from '../testing/world.ts';

describe('notifications of any template', () => {
	let world: World;
	let service: RunningService;
	let mary: Person;
	before(async () => {
		world = await createWorld();
		mary = await world.person('mary');
		service = await startService(world, { templates: testTemplates, dmPolicy: 'always' });
	});
	after(async () => {
		await service[Symbol.asyncDispose]();
		await world[Symbol.asyncDispose]();
	});
	const post = (path: string, body: unknown, headers?: Record<string, string>) =>
		service.request(path, { method: 'POST', body, ...(headers && { headers }) });
	const request = {
		template: 'request',
		variables: { subject: 'Printer', state: 'approved' },
		to: { username: 'mary' },
	};

	test('are posted as the template says, in the language asked for, with its attachments', async () => {
		const link = 'https://example.com/1';
		const { body } = await post('?wait=60s', { ...request, variables: { ...request.variables, link } });
		assert.deepEqual([body.status, body.method], ['sent', 'dm']);
		const { message, props } = await mary.mattermost.posts.getById(body.postId);
		assert.equal(message, '**Printer** is approved');
		assert.partialDeepStrictEqual(props.attachments, [{ title: 'Printer', title_link: link, color: '#0088cc' }]);
		const german = await post('?wait=60s', { ...request, locale: 'de-AT' });
		assert.equal((await mary.mattermost.posts.getById(german.body.postId)).message, '**Printer** ist approved');
	});

	test('reach people by username, Mattermost id and e-mail address, and say who was not found', async () => {
		for (const to of [{ username: '@Mary' }, { userId: mary.id }, { email: 'Mary@example.com' }])
			assert.equal((await post('?wait=60s', { ...request, to })).body.status, 'sent', JSON.stringify(to));
		for (const [to, who] of [
			[{ username: 'nobody' }, /user named nobody/],
			[{ userId: 'x'.repeat(26) }, /user with the id x{26}/],
			[{ email: 'nobody@example.com' }, /user with the address nobody@example.com/],
		] as const) {
			const { body } = await post('?wait=60s', { ...request, to });
			assert.equal(body.status, 'dead');
			assert.match(body.error, who);
		}
	});

	test('mention by the person’s username, however they were addressed', async () => {
		await using mentions = await startService(world, { templates: testTemplates, dmPolicy: 'never' });
		for (const to of [{ userId: mary.id }, { email: 'mary@example.com' }, { userId: mary.id }]) {
			await mentions.request('?wait=60s', { method: 'POST', body: { ...request, to } });
			assert.equal((await world.channelMessages()).at(-1), '@mary Printer: approved');
		}
	});

	test('with a key of the caller’s are sent once for each person; without one each is new', async () => {
		const first = await post('', { ...request, key: 'printer-1' });
		const again = await post('', { ...request, key: 'printer-1', variables: { subject: 'Other', state: 'x' } });
		assert.deepEqual([again.body.skipped, again.body.id], [true, first.body.id]);
		const other = await post('', { ...request, key: 'printer-1', to: { userId: mary.id } });
		assert.equal(other.body.skipped, false);
		assert.notEqual((await post('', request)).body.id, (await post('', request)).body.id);
	});

	test('with an Idempotency-Key the same request is the first one again, any other is refused', async () => {
		const headers = { 'idempotency-key': 'general-1' };
		const first = await post('', request, headers);
		const variables = { state: 'approved', subject: 'Printer' };
		assert.equal((await post('', { to: request.to, variables, template: 'request' }, headers)).body.id, first.body.id);
		for (const change of [{ locale: 'de' }, { to: { userId: mary.id } }, { key: 'x' }])
			assert.equal((await post('', { ...request, ...change }, headers)).status, 422, JSON.stringify(change));
	});

	test('with an Idempotency-Key the same request is the first one again though the template has a new version meanwhile', async () => {
		await using folder = await tempFolder();
		const file = join(folder.path, 'notifier.db');
		const [template] = testTemplates;
		assert.ok(template);
		const sent: string[] = [];
		for (const version of [1, 2]) {
			const templates = [template, ...(version === 1 ? [] : [{ ...template, version }])];
			await using service = await startService(world, { templates, file });
			const headers = { 'idempotency-key': 'versions' };
			const { status, body } = await service.request('', { method: 'POST', body: request, headers });
			assert.ok(status < 300, JSON.stringify(body));
			sent.push(body.id);
		}
		assert.equal(sent[0], sent[1]);
	});

	test('what is wrong is refused by the name of its field', async () => {
		const bad: [object, string][] = [
			[{ template: undefined }, 'template'],
			[{ template: 'BORROW' }, 'template'],
			[{ template: 'constructor' }, 'template'],
			[{ version: 2 }, 'version'],
			[{ version: 0 }, 'version'],
			[{ variables: [] }, 'variables'],
			[{ variables: { subject: 'x' } }, 'variables.state'],
			[{ variables: { ...request.variables, staet: 'x' } }, 'variables.staet'],
			[{ variables: { ...request.variables, link: 'javascript:x' } }, 'variables.link'],
			[{ locale: '?' }, 'locale'],
			[{ to: undefined }, 'to'],
			[{ to: {} }, 'to'],
			[{ to: { username: 'a', email: 'a@example.com' } }, 'to'],
			[{ to: { username: 'not a name' } }, 'to.username'],
			[{ to: { email: 'nobody' } }, 'to.email'],
			[{ to: { userId: 'short' } }, 'to.userId'],
			[{ to: { username: 'mary', name: 'x' } }, 'to.name'],
			[{ key: '' }, 'key'],
			[{ tempalte: 'x' }, 'tempalte'],
		];
		for (const [change, field] of bad) {
			const { status, body } = await post('', { ...request, ...change });
			assert.deepEqual([status, Object.keys(body.fields ?? {})], [400, [field]], JSON.stringify(change));
		}
		assert.equal((await post('', [])).status, 400);
	});

	test('are listed by their template, in one version or in all', async () => {
		await post('?wait=60s', request);
		const listed = async (template: string) => {
			const { body } = await service.request(`/?template=${encodeURIComponent(template)}`);
			return new Set(body.notifications.map((notification: { template: string }) => notification.template));
		};
		assert.deepEqual(await listed('request'), new Set(['request@1']));
		assert.deepEqual(await listed('request@1'), new Set(['request@1']));
		for (const other of ['request@2', 'Request', 'reques_', '%', 'req'])
			assert.deepEqual(await listed(other), new Set(), other);
	});

	test('a template that fails makes the delivery dead, and says why', async () => {
		const { body } = await post('?wait=60s', { template: 'broken', to: request.to });
		assert.deepEqual([body.status, body.error], ['dead', 'template broken@1 failed: no paper']);
	});

	test('templates are listed, previewed and checked without a post', async () => {
		const { body } = await service.request('/templates');
		assert.deepEqual(
			body.templates.map(({ name }: { name: string }) => name),
			['broken', 'request'],
		);
		assert.deepEqual(body.templates[1].variables.link, { type: 'url', optional: true });
		const posts = world.server.requests.length;
		const preview = await post('/templates/preview', {
			template: 'request',
			variables: { subject: '@all', state: 'x' },
		});
		assert.deepEqual(preview.body, {
			success: true,
			template: 'request',
			version: 1,
			message: '**@\u200ball** is x',
			mention: '@\u200ball: x',
			locale: 'en',
		});
		assert.equal((await post('/templates/preview', { template: 'nothing' })).status, 400);
		const broken = await post('/templates/preview', { template: 'broken' });
		assert.deepEqual([broken.status, broken.body.error], [422, 'template broken@1 failed: no paper']);
		const validate = async (given: object) => (await post('/templates/validate', given)).body;
		assert.equal((await validate({ template: 'request', variables: request.variables })).valid, true);
		assert.deepEqual(await validate({ template: 'request', variables: { subject: 'x' } }), {
			success: true,
			valid: false,
			fields: { 'variables.state': 'is missing' },
		});
		const definition = { name: 'x', variables: {}, locales: { en: { message: '{{y}}' } } };
		assert.deepEqual(Object.keys((await validate({ definition })).fields), ['locales.en.message']);
		assert.equal(world.server.requests.length, posts);
	});

	test('no variable mentions, links or formats anything, whatever it holds', async () => {
		const attack = fc.array(
			fc.constantFrom(
				'@all',
				'@channel',
				'@here',
				'@mary',
				'[x](https://evil.example)',
				'```',
				'**',
				'\n',
				'# ',
				'<',
				'~town',
			),
			{ minLength: 1, maxLength: 6 },
		);
		await fc.assert(
			fc.asyncProperty(attack, async (pieces) => {
				const subject = pieces.join('');
				if (subject.trim() === '') return;
				const { body } = await post('/templates/preview', {
					template: 'request',
					variables: { subject, state: 'x', link: 'https://example.com/)](@all' },
				});
				for (const text of [body.message.replaceAll('**', ''), body.mention, body.attachments[0].title])
					assert.doesNotMatch(text.replace(/\\./g, ''), /@(?!\u200b)|[`[\]<~\n]|:\/\//);
				assert.equal(body.attachments[0].title_link, 'https://example.com/%29%5D%28%40all');
			}),
			{ numRuns: 60 },
		);
	});
});
