import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { borrow, key, type RunningService, startService } from '../testing/service.ts';
import { createWorld, type World } from '../testing/world.ts';

describe('the endpoints', () => {
	let world: World;
	let service: RunningService;
	before(async () => {
		world = await createWorld();
		await world.person('john.doe');
		service = await startService(world);
	});
	after(async () => {
		await service[Symbol.asyncDispose]();
		await world[Symbol.asyncDispose]();
	});
	const send = (
		requestId: number,
		{ headers, query = '', ...more }: { headers?: Record<string, string>; query?: string } & object = {},
	) =>
		service.request(`/send${query}`, {
			method: 'POST',
			body: { ...borrow, requestId, ...more },
			...(headers && { headers }),
		});

	test('accepted is 202 and says so; with ?wait it is the outcome and 200', async () => {
		const accepted = await send(1);
		assert.equal(accepted.status, 202);
		assert.deepEqual(
			{ ...accepted.body, id: '' },
			{ success: true, id: '', key: 'notification:BORROW:1:123', status: 'accepted', skipped: false },
		);
		for (const wait of ['10s', '10000ms', '10', '0.5m']) {
			const waited = await send(1, { query: `?wait=${wait}` });
			assert.deepEqual([waited.status, waited.body.status, waited.body.id], [200, 'sent', accepted.body.id], wait);
		}
	});

	test('ids with colons in them are not taken for each other, and a borrowing does not end before it begins', async () => {
		const key = async (more: object) =>
			(await service.request('/send', { method: 'POST', body: { ...borrow, ...more } })).body.key;
		assert.equal(await key({ requestId: '1:2', userId: 3 }), 'notification:BORROW:1%3A2:3');
		assert.equal(await key({ requestId: 1, userId: '2:3' }), 'notification:BORROW:1:2%3A3');
		const { status, body } = await service.request('/send', {
			method: 'POST',
			body: { ...borrow, endDate: '2026-01-09' },
		});
		assert.deepEqual([status, body.fields], [400, { endDate: 'must not be before startDate' }]);
		const noDay = await service.request('/send', { method: 'POST', body: { ...borrow, startDate: 'tomorrow' } });
		assert.deepEqual(noDay.body.fields, { startDate: 'must be a date such as 2026-01-10' });
	});

	test('a wait that is over before the outcome is still 202', async () => {
		world.server.fault = ({ url }) => (url === '/api/v4/posts' ? 'refuse' : undefined);
		assert.equal((await send(2, { query: '?wait=50ms' })).status, 202);
		world.server.fault = () => undefined;
		assert.equal((await send(2, { query: '?wait=60s' })).status, 200);
	});

	test('a wait that is no duration, or too long, is refused with its name', async () => {
		for (const wait of ['soon', '-1s', '61s', '2m', '1h', '', '10s&wait=5s']) {
			const { status, body } = await send(3, { query: `?wait=${wait}` });
			const fields = { wait: 'must be a duration such as 10s, at most 60s' };
			assert.deepEqual([status, body.fields], [400, fields], wait);
		}
	});

	test('Idempotency-Key: the same body gets the stored answer, another body 422', async () => {
		const headers = { 'idempotency-key': 'order-17' };
		const first = await send(4, { headers });
		const again = await send(4, { headers });
		assert.deepEqual([again.status, again.body], [first.status, first.body]);
		const reordered = await service.request('/send', {
			method: 'POST',
			headers,
			body: JSON.stringify({
				requestId: 4,
				...Object.fromEntries(Object.entries({ ...borrow, requestId: 4 }).reverse()),
			}),
		});
		assert.deepEqual(reordered.body, first.body, 'the order of the fields is no difference');
		const other = await send(5, { headers });
		assert.deepEqual([other.status, other.body.name], [422, 'IdempotencyConflictError']);
		const unknown = await service.request('/idempotency?limit=1000');
		assert.ok(
			!unknown.body.records.some((record: { key: string }) => record.key === 'notification:BORROW:5:123'),
			'nothing of it was kept',
		);
	});

	test('an Idempotency-Key that can’t be one is refused', async () => {
		for (const bad of ['', 'x'.repeat(256)]) {
			const { status, body } = await send(6, { headers: { 'idempotency-key': bad } });
			assert.deepEqual([status, Object.keys(body.fields ?? {})], [400, ['Idempotency-Key']], bad);
		}
	});

	test('two at once with one Idempotency-Key and different bodies: one wins, the other is told', async () => {
		const headers = { 'idempotency-key': 'race' };
		const answers = await Promise.all([7, 8].map((requestId) => send(requestId, { headers })));
		assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 422]);
	});

	test('what is no JSON object, too large or of another type is told apart', async () => {
		const raw = (body: string, type = 'application/json') =>
			service.request('/send', { method: 'POST', body, headers: { 'content-type': type } });
		assert.equal((await raw('{"action":')).status, 400);
		assert.deepEqual((await raw('[]')).body.fields, { body: 'the body must be a JSON object' });
		assert.deepEqual((await raw('"BORROW"')).body.fields, { body: 'the body must be a JSON object' });
		assert.equal((await raw('x', 'image/png')).status, 415);
		assert.equal((await raw(JSON.stringify({ x: 'x'.repeat(70_000) }))).status, 413);
		for (const { body } of [await raw('{'), await raw('x', 'image/png')]) assert.equal(body.success, false);
		const nowhere = await service.request('/send/nowhere', { method: 'PATCH' });
		assert.deepEqual(
			[nowhere.status, nowhere.body],
			[404, { success: false, name: 'RequestError', error: 'there is no such endpoint' }],
		);
	});

	test('text in a request neither breaks the database nor speaks in Mattermost', async () => {
		const john = await world.person('drop.table');
		const attack = `@all'); drop table notifier_delivery; -- {{7*7}} \${1} <script> [x](https://evil.example)`;
		await using always = await startService(world, { dmPolicy: 'always' });
		const { body } = await always.request('/send?wait=60s', {
			method: 'POST',
			body: {
				...borrow,
				mattermostUsername: 'drop.table',
				requestId: attack,
				device: { id: attack, name: attack, brand: attack },
			},
		});
		assert.equal(body.status, 'sent', body.error);
		const message = (await world.directMessages(john))[0] ?? '';
		assert.doesNotMatch(message, /@all|(?<!\\)\[x\]|https:\/\/evil/);
		assert.match(message, /\{\{7\*7\}\}|\{\{7\\\*7\}\}/, 'nothing in it is evaluated');
		assert.ok(message.includes(`https://devices.example.com/borrow/${encodeURIComponent(attack)}`));
	});

	test('long lists come in pages', async () => {
		const keys: string[] = [];
		const { total } = (await service.request('/idempotency')).body;
		for (let after: string | undefined = ''; after !== undefined; ) {
			const { body } = await service.request(`/idempotency?limit=2&after=${encodeURIComponent(after)}`);
			assert.ok(body.records.length <= 2);
			assert.equal(body.total, total, 'of all pages');
			keys.push(...body.records.map((record: { key: string }) => record.key));
			after = body.next;
		}
		const { body } = await service.request('/idempotency');
		assert.deepEqual(
			keys,
			body.records.map((record: { key: string }) => record.key),
		);
		for (const list of ['/users', '/idempotency'])
			for (const query of ['limit=0', 'limit=x', 'limit=1001', 'limit=1&limit=2', 'after=a&after=b', 'colour=red']) {
				const { status, body } = await service.request(`${list}?${query}`);
				assert.deepEqual([status, Object.keys(body.fields)], [400, [query.split('=')[0]]], query);
			}
		assert.equal((await service.request('/users?limit=1000')).status, 200);
	});

	test('the key is in no answer and no metric', async () => {
		const texts = [await service.notifier.metrics.metrics()];
		for (const path of ['/status', '/users', '/idempotency'])
			texts.push(JSON.stringify((await service.request(path)).body));
		for (const text of texts) for (const secret of [key, world.botToken]) assert.ok(!text.includes(secret));
	});
});
