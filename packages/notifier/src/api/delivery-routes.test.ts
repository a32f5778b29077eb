import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { openStore } from '@matterkit/store';
import { until } from '@matterkit/testing';
import { type Databases, startDatabases } from '../testing/databases.ts';
import { borrow, type RunningService, startService } from '../testing/service.ts';
import { createWorld, type World } from '../testing/world.ts';

const hour = 3_600_000;
const inFuture = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`what became of notifications, on ${kind}`, () => {
		let databases: Databases;
		before(async () => {
			databases = await startDatabases(kind);
		});
		after(() => databases[Symbol.asyncDispose]());
		interface Running {
			service: RunningService;
			world: World;
			send(requestId: number, more?: object, wait?: string): Promise<{ id: string; status: string; error: string }>;
		}
		const run = (name: string, body: (running: Running) => Promise<void>) =>
			test(name, async (t) => {
				const location = await databases.location();
				if (!location) return t.skip('PostgreSQL is not installed');
				await using store = await openStore(location);
				await using world = await createWorld();
				await world.person('john.doe');
				await using service = await startService(world, { store });
				const send: Running['send'] = async (requestId, more = {}, wait = '60s') =>
					(await service.request(`/send?wait=${wait}`, { method: 'POST', body: { ...borrow, requestId, ...more } }))
						.body;
				await body({ service, world, send });
			});
		const post = (service: RunningService, path: string, body?: object) =>
			service.request(path, { method: 'POST', ...(body && { body }) });

		run('one notification is shown with its text and its timeline', async ({ service, send }) => {
			const { id } = await send(1);
			const { status, body } = await service.request(`/${id}`);
			assert.equal(status, 200);
			assert.deepEqual(
				[body.status, body.recipient, body.template, body.priority, body.attempts, body.method],
				['sent', 'john.doe', 'BORROW', 'normal', 1, 'channel_mention'],
			);
			assert.match(body.message, /^@john.doe /);
			assert.equal(body.variables.requestId, 1);
			assert.deepEqual(
				body.timeline.map(({ what }: { what: string }) => what),
				['accepted', 'sending', 'sent'],
			);
			assert.equal((await service.request('/0123456789abcdefghjkmnpqrs')).status, 404);
		});

		run('a lost answer and a failed try stand in the timeline', async ({ service, world, send }) => {
			let posts = 0;
			world.server.fault = ({ method, url }) =>
				method === 'POST' && url === '/api/v4/posts' && posts++ === 0 ? { status: 502 } : undefined;
			const { id } = await send(1);
			const { timeline } = (await service.request(`/${id}`)).body;
			assert.equal(timeline[2].what, 'retry');
			assert.match(timeline[2].detail, /^status 502; again in \d+ ms$/);
		});

		run('the list goes newest first, by pages, and keeps to its filters', async ({ service, world, send }) => {
			await world.person('jane');
			const ids: string[] = [];
			for (let number = 1; number <= 7; number++)
				ids.unshift((await send(number, { mattermostUsername: number % 2 ? 'john.doe' : 'jane' })).id);
			await send(8, { mattermostUsername: 'nobody' });
			const walked: string[] = [];
			let next: string | null = '';
			while (next !== null) {
				const { body } = await service.request(`/?status=sent&limit=3${next && `&cursor=${next}`}`);
				walked.push(...body.notifications.map(({ id }: { id: string }) => id));
				next = body.next;
			}
			assert.deepEqual(walked, ids);
			const count = async (query: string) => (await service.request(`/?${query}`)).body.notifications.length;
			assert.deepEqual(
				[
					await count('recipient=@Jane'),
					await count('status=dead'),
					await count('status=dead,sent'),
					await count('template=RETURN'),
					await count('key=notification:BORROW:2:123'),
					await count(`since=${inFuture(hour)}`),
					await count(`until=${inFuture(hour)}&recipient=jane&status=sent`),
				],
				[3, 1, 8, 0, 1, 0, 3],
			);
		});

		run('a filter that is wrong is named', async ({ service }) => {
			const bad = [
				'status=gone',
				'limit=0',
				'limit=1001',
				'limit=x',
				'cursor=x',
				'since=yesterday',
				'recipient=',
				'colour=red',
			];
			for (const query of bad) {
				const { status, body } = await service.request(`/?${query}`);
				assert.deepEqual([status, Object.keys(body.fields)], [400, [query.split('=')[0]]], query);
			}
			const { fields } = (await service.request('/?since=x&cursor=x&limit=0')).body;
			assert.deepEqual(Object.keys(fields).sort(), ['cursor', 'limit', 'since']);
		});

		run('a plan that is wrong is named, and nothing is accepted', async ({ service, send }) => {
			const bad: [object, string][] = [
				[{ sendAt: 'tomorrow' }, 'sendAt'],
				[{ sendAt: '2026-01-10' }, 'sendAt'],
				[{ sendAt: inFuture(400 * 24 * hour) }, 'sendAt'],
				[{ sendAt: inFuture(2 * hour), expiresAt: inFuture(hour) }, 'expiresAt'],
				[{ priority: 'urgent' }, 'priority'],
				[{ retry: { attempts: -1 } }, 'retry.attempts'],
				[{ retry: { firstWait: 'soon' } }, 'retry.firstWait'],
				[{ retry: 5 }, 'retry'],
			];
			for (const [more, field] of bad) {
				const { status, body } = await post(service, '/send', { ...borrow, ...more });
				assert.deepEqual([status, Object.keys(body.fields ?? {})], [400, [field]], JSON.stringify(more));
			}
			assert.equal((await service.request('/')).body.notifications.length, 0);
			assert.equal(
				(await send(1, { sendAt: '2020-01-01T00:00:00Z' })).status,
				'sent',
				'a time that is over is at once',
			);
		});

		run('a scheduled one goes out at its time, not before', async ({ service, world, send }) => {
			const sendAt = Date.now() + 3_000;
			const { id } = await send(1, { sendAt: new Date(sendAt).toISOString() }, '0');
			assert.equal((await service.request(`/${id}`)).body.status, 'scheduled');
			assert.equal((await service.request('/status')).body.deliveries.scheduled, 1);
			await send(2);
			await until('it is sent', async () => (await service.request(`/${id}`)).body.status === 'sent');
			const { timeline } = (await service.request(`/${id}`)).body;
			assert.deepEqual(
				timeline.map(({ what }: { what: string }) => what),
				['accepted', 'due', 'sending', 'sent'],
			);
			assert.ok(Date.parse(timeline[2].at) >= sendAt);
			assert.equal((await world.channelMessages()).length, 2);
		});

		run('a cancelled one is never posted, and a repeat of it is told so', async ({ service, world, send }) => {
			const plan = { sendAt: inFuture(hour) };
			const { id } = await send(1, plan, '0');
			const cancelled = await post(service, `/${id}/cancel`);
			assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled']);
			assert.equal((await post(service, `/${id}/cancel`)).status, 200, 'again is no error');
			const repeat = await send(1, plan);
			assert.deepEqual([repeat.id, repeat.status], [id, 'cancelled']);
			const sent = await send(2);
			const late = await post(service, `/${sent.id}/cancel`);
			assert.deepEqual([late.status, late.body.error], [409, 'it is sent: too late to cancel']);
			assert.equal((await post(service, '/0123456789abcdefghjkmnpqrs/cancel')).status, 404);
			assert.equal((await world.channelMessages()).length, 1);
		});

		run(
			'one that could not be posted in time expires, and is not posted when Mattermost is back',
			async ({ service, world, send }) => {
				world.server.away = true;
				const { id } = await send(1, { expiresAt: inFuture(1_000) }, '0');
				await send(2, {}, '0');
				await until('it is over', async () => (await service.request(`/${id}`)).body.status === 'expired');
				world.server.away = false;
				await until('the other is posted', async () => (await world.channelMessages()).length === 1, {
					timeout: 60_000,
				});
				const waited = await send(1);
				assert.equal(waited.status, 'expired');
			},
		);

		run(
			'the same request is answered with its outcome also after its time is over, and a new one then is expired',
			async ({ service, world }) => {
				const headers = { 'idempotency-key': 'in-time' };
				const request = (body: object) =>
					service.request('/send?wait=60s', { method: 'POST', body: { ...borrow, ...body }, headers });
				const expiresAt = inFuture(4_000);
				const first = await request({ requestId: 1, expiresAt });
				assert.equal(first.body.status, 'sent');
				await until('its time is over', () => Date.now() > Date.parse(expiresAt));
				assert.deepEqual((await request({ requestId: 1, expiresAt })).body, first.body);
				const late = await post(service, '/send?wait=60s', { ...borrow, requestId: 2, expiresAt });
				assert.deepEqual([late.status, late.body.success, late.body.status], [200, false, 'expired']);
				assert.equal((await world.channelMessages()).length, 1);
			},
		);

		run('a dead one is replayed once what stood in the way is gone', async ({ service, world, send }) => {
			const { id, error } = await send(1, { mattermostUsername: 'late' });
			assert.match(error, /no user/);
			await world.person('late');
			const replayed = await post(service, `/${id}/replay`);
			assert.equal(replayed.status, 200);
			await until('it is sent', async () => (await service.request(`/${id}`)).body.status === 'sent');
			const { timeline } = (await service.request(`/${id}`)).body;
			assert.deepEqual(
				timeline.map(({ what }: { what: string }) => what),
				['accepted', 'dead', 'replayed', 'sending', 'sent'],
			);
			assert.equal((await post(service, `/${id}/replay`)).status, 409);
		});

		run(
			'given up after its tries; a replay looks for the post first, so it is there once',
			async ({ service, world, send }) => {
				let posts = 0;
				const isPost = ({ method, url }: { method?: string | undefined; url?: string | undefined }) =>
					method === 'POST' && url === '/api/v4/posts';
				// The bot hears nothing, finds nothing, and its posts are made all the same.
				world.server.fault = (request) => {
					if (request.url?.startsWith('/api/v4/websocket')) return 'refuse';
					if (isPost(request)) return posts++ === 0 ? { status: 502 } : 'drop';
					return undefined;
				};
				world.server.away = true;
				world.server.away = false;
				const { id, status, error } = await send(1, { retry: { attempts: 1, firstWait: '100ms' } });
				assert.deepEqual([status, error], ['dead', 'given up after 1 tries without a clear answer']);
				await post(service, '/replay', { all: true, recipient: 'john.doe' });
				await until('it is sent', async () => (await service.request(`/${id}`)).body.status === 'sent');
				assert.equal((await world.channelMessages()).length, 1);
				const { timeline } = (await service.request(`/${id}`)).body;
				assert.ok(timeline.some(({ what }: { what: string }) => what === 'found'));
			},
		);

		run('many dead ones are replayed by their ids or by what they have in common', async ({ service, world, send }) => {
			const ids: string[] = [];
			for (const number of [1, 2, 3]) ids.push((await send(number, { mattermostUsername: 'late' })).id);
			const other = await send(4, { mattermostUsername: 'nobody' });
			await world.person('late');
			const some = await post(service, '/replay', { ids: [ids[0], ids[0], 'unknown'] });
			assert.deepEqual(some.body.replayed, [ids[0]]);
			const rest = await post(service, '/replay', { all: true, recipient: 'late' });
			assert.deepEqual(rest.body.replayed, ids.slice(1));
			await until('all are sent', async () => (await world.channelMessages()).length === 3);
			assert.equal((await service.request(`/${other.id}`)).body.status, 'dead');
			const bad: [object, ...string[]][] = [
				[{}, 'body'],
				[{ recipient: 'late' }, 'body'],
				[{ ids: [] }, 'ids'],
				[{ ids: ['a'], all: true }, 'ids'],
				[{ ids: ['a'], recipient: 'late' }, 'recipient'],
				[{ all: false }, 'all'],
				[{ all: true, status: 'sent' }, 'status'],
				[{ all: true, since: 'yesterday', limit: 1_001 }, 'since', 'limit'],
			];
			for (const [body, ...fields] of bad) {
				const refused = await post(service, '/replay', body);
				assert.deepEqual([refused.status, Object.keys(refused.body.fields)], [400, fields], JSON.stringify(body));
			}
		});
	});
}
