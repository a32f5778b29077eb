import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '@matterkit/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Fastify from 'fastify';
import { createNotifier } from '../../service.ts';
import { defineTemplate } from '../../templates/definition.ts';
import { type Answer, borrow, key, type RunningService, startService } from '../../testing/service.ts';
import { createWorld, type World } from '../../testing/world.ts';
import { prefix } from './document.ts';

interface Operation {
	readonly operationId: string;
	readonly responses: Record<string, { content: { 'application/json': { schema: object } } }>;
	readonly requestBody?: { content: { 'application/json': { schema: object } } };
	readonly 'x-scope'?: string;
}

interface Document {
	readonly openapi: string;
	readonly paths: Record<string, Record<string, Operation>>;
	readonly components: object;
}

const build = defineTemplate({
	name: 'build',
	variables: { result: 'text' },
	locales: { en: ({ result }) => ({ message: `The build ${result}` }) },
});
const content = { template: 'build', variables: { result: 'failed' } };

describe('the OpenAPI document', () => {
	let world: World;
	let service: RunningService;
	let document: Document;
	const ajv = new Ajv2020({ strict: false, formats: { 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, email: true } });
	/** `GET /status` and the like, of which a call succeeded. */
	const succeeded = new Set<string>();
	before(async () => {
		world = await createWorld();
		await world.person('john.doe');
		service = await startService(world, { templates: [build], privateWebhooks: true });
		await until('the bot listens', async () => (await service.notifier.status()).connected);
		const response = await fetch(`${service.url}${prefix}/openapi.json`);
		assert.equal(response.status, 200, 'it is for everyone');
		document = (await response.json()) as Document;
		ajv.addSchema({ $id: 'document', ...document });
	});
	after(async () => {
		await service[Symbol.asyncDispose]();
		await world[Symbol.asyncDispose]();
	});

	const routes = () =>
		Object.entries(document.paths).flatMap(([path, methods]) =>
			Object.entries(methods).map(([method, operation]) => ({
				route: `${method.toUpperCase()} ${path.slice(prefix.length) || '/'}`,
				operation,
			})),
		);
	const pointer = (...names: string[]) =>
		`document#/${names.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
	const fits = (schema: string, value: unknown, what: string) => {
		const validate = ajv.getSchema(schema);
		assert.ok(validate, `${what}: ${schema}`);
		assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
	};
	/** Calls `route` of the document and holds what comes, and what was sent, against it. */
	async function call(
		route: string,
		{
			at,
			body,
			query = '',
			headers,
		}: { at?: Record<string, string>; body?: object; query?: string; headers?: Record<string, string> } = {},
	): Promise<Answer> {
		const [method = '', path = ''] = route.split(' ');
		const real = path.replace(/\{(\w+)\}/g, (_, name: string) => at?.[name] ?? name);
		const answer = await service.request(`${real}${query}`, {
			method,
			...(body && { body }),
			...(headers && { headers }),
		});
		const documented = path === '/' ? prefix : `${prefix}${path}`;
		const where = ['paths', documented, method.toLowerCase()];
		const operation = document.paths[documented]?.[method.toLowerCase()];
		assert.ok(operation?.responses[answer.status], `${route} answers ${answer.status} ${JSON.stringify(answer.body)}`);
		const inBody = ['content', 'application/json', 'schema'];
		fits(pointer(...where, 'responses', String(answer.status), ...inBody), answer.body, `${route} ${answer.status}`);
		if (answer.status < 300) {
			succeeded.add(route);
			assert.equal(body !== undefined, operation.requestBody !== undefined, `${route} has a body`);
			if (body) fits(pointer(...where, 'requestBody', ...inBody), body, `the body of ${route}`);
		}
		return answer;
	}

	test('has every route of the server, and no other', async () => {
		const app = Fastify();
		const served = new Set<string>();
		app.addHook('onRoute', ({ method, url }) => {
			const path = url.slice(prefix.length).replace(/:(\w+)/g, '{$1}') || '/';
			for (const one of [method].flat()) if (one !== 'HEAD') served.add(`${one} ${path}`);
		});
		const notifier = createNotifier({
			store: service.store,
			mattermost: { url: world.url, botToken: world.botToken },
			channelId: world.channelId,
			key,
		});
		notifier.routes(app);
		await app.ready();
		assert.deepEqual(
			[...served].sort(),
			routes()
				.map(({ route }) => route)
				.sort(),
		);
		await app.close();
	});

	test('names each operation once, and each reference leads somewhere', () => {
		const ids = routes().map(({ operation }) => operation.operationId);
		assert.equal(new Set(ids).size, ids.length);
		assert.match(document.openapi, /^3\.1\./);
		for (const [, found] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
			assert.ok(found && found in (document.components as { schemas: object }).schemas, found);
	});

	test('says what sending answers', async () => {
		await call('POST /send', { body: borrow, query: '?wait=60s' });
		const plan = {
			priority: 'high',
			expiresAt: new Date(Date.now() + 60_000).toISOString(),
			retry: { attempts: 3, firstWait: '1s' },
		};
		await call('POST /send', { body: { ...borrow, requestId: 2, ...plan }, headers: { 'idempotency-key': 'a' } });
		const conflict = await call('POST /send', {
			body: { ...borrow, requestId: 3 },
			headers: { 'idempotency-key': 'a' },
		});
		const bad = await call('POST /send', { body: { ...borrow, action: 'LEND' } });
		assert.deepEqual([conflict.status, bad.status], [422, 400]);
		const sent = await call('POST /', { body: { ...content, to: { username: 'john.doe' } }, query: '?wait=60s' });
		await call('POST /', { body: { ...content, to: { username: 'nobody' } }, query: '?wait=60s' });
		await call('POST /bulk', { body: { ...content, recipients: [{ to: { username: 'john.doe' } }] } });
		await call('POST /{id}/replies', { at: { id: sent.body.id }, body: content, query: '?wait=60s' });
		await call('PUT /{id}/content', {
			at: { id: sent.body.id },
			body: { ...content, variables: { result: 'is done' } },
			query: '?wait=60s',
		});
	});

	test('says how notifications are listed, shown, cancelled and replayed', async () => {
		const dead = await call('POST /send', {
			body: { ...borrow, mattermostUsername: 'nobody', requestId: 10 },
			query: '?wait=60s',
		});
		const sendAt = new Date(Date.now() + 3_600_000).toISOString();
		const later = await call('POST /send', { body: { ...borrow, requestId: 11, sendAt } });
		await call('GET /', { query: '?limit=2&status=sent,dead,scheduled' });
		assert.equal((await call('GET /', { query: '?limit=x' })).status, 400);
		const { notifications } = (await call('GET /')).body;
		const stands = new Set(notifications.map(({ status }: { status: string }) => status));
		for (const status of ['sent', 'dead', 'scheduled'])
			assert.ok(stands.has(status), `one that is ${status} is among them`);
		for (const { id } of notifications) await call('GET /{id}', { at: { id } });
		assert.equal((await call('GET /{id}', { at: { id: 'x' } })).status, 404);
		await call('POST /{id}/cancel', { at: { id: later.body.id } });
		assert.equal((await call('POST /{id}/cancel', { at: { id: dead.body.id } })).status, 409);
		await call('POST /{id}/replay', { at: { id: dead.body.id } });
		assert.equal((await call('POST /{id}/replay', { at: { id: later.body.id } })).status, 409);
		await call('POST /replay', { body: { all: true, recipient: 'nobody', limit: 5 } });
		await call('POST /replay', { body: { ids: [dead.body.id] } });
		const digest = { ...content, to: { username: 'john.doe' }, digest: { name: 'builds', window: '1s' } };
		const collected = await call('POST /', { body: digest });
		await call('GET /digests/{id}', { at: { id: collected.body.id } });
	});

	test('says what is told of people, templates and the service', async () => {
		const username = 'john.doe';
		const quietHours = { start: '22:00', end: '07:00' };
		await call('PUT /preferences/{username}', { at: { username }, body: { timeZone: 'Europe/Vienna', quietHours } });
		await call('GET /preferences/{username}', { at: { username } });
		await call('DELETE /preferences/{username}', { at: { username } });
		await call('GET /users', { query: '?limit=1' });
		await call('GET /idempotency', { query: '?limit=1' });
		await call('GET /status');
		await call('POST /initialize');
		await call('GET /templates');
		await call('POST /templates/preview', { body: content });
		await call('POST /templates/validate', { body: content });
		await call('POST /templates/validate', { body: { definition: {} } });
		await call('GET /openapi.json');
	});

	test('says how keys and webhooks are made, listed and ended', async () => {
		const made = await call('POST /keys', { body: { name: 'reader', scopes: ['read'] } });
		const { id, key: reader } = made.body;
		const authorization = `Bearer ${reader}`;
		assert.equal((await call('POST /send', { body: borrow, headers: { authorization } })).status, 403);
		assert.equal((await call('GET /status', { headers: { authorization: 'Bearer x' } })).status, 401);
		await call('GET /keys');
		await call('DELETE /keys/{id}', { at: { id } });
		await call('GET /keys');
		const webhook = await call('POST /webhooks', {
			body: { url: 'http://127.0.0.1:9/', events: ['sent'], description: 'nobody' },
		});
		const at = { id: webhook.body.id };
		await call('GET /webhooks');
		await call('GET /webhooks/{id}', { at });
		const { message } = (await call('POST /webhooks/{id}/test', { at })).body;
		await until('it failed', async () => {
			const { body } = await call('GET /webhooks/{id}/messages', { at, query: '?limit=5' });
			return body.messages[0].attempts === 1 && body.messages[0].error !== undefined;
		});
		const waits = await call('POST /webhooks/{id}/messages/{messageId}/replay', { at: { ...at, messageId: message } });
		assert.equal(waits.status, 409);
		await service.store
			.db<{ notifier_webhook_message: { state: string; finished_at: number } }>()
			.updateTable('notifier_webhook_message')
			.set({ state: 'dead', finished_at: 1 })
			.execute();
		await call('POST /webhooks/{id}/messages/{messageId}/replay', { at: { ...at, messageId: message } });
		await call('DELETE /webhooks/{id}', { at });
	});

	test('and every operation in it was called with success by these tests', () => {
		assert.deepEqual(
			routes()
				.map(({ route }) => route)
				.filter((route) => !succeeded.has(route)),
			[],
		);
	});

	test('the scope it names is the one that is asked for', async () => {
		const scopes = ['send', 'read', 'manage', 'webhooks'];
		const keys = new Map<string, string>();
		for (const scope of scopes)
			keys.set(
				scope,
				(await service.request('/keys', { method: 'POST', body: { name: scope, scopes: [scope] } })).body.key,
			);
		for (const { route, operation } of routes()) {
			const [method = '', path = ''] = route.split(' ');
			for (const scope of scopes) {
				const response = await fetch(`${service.url}${prefix}${path.replace(/\{\w+\}/g, 'none')}`, {
					method,
					headers: { authorization: `Bearer ${keys.get(scope)}` },
				});
				await response.body?.cancel();
				const needed = operation['x-scope'];
				assert.equal(response.status !== 403, needed === undefined || needed === scope, `${route} with ${scope}`);
			}
		}
	});
});
