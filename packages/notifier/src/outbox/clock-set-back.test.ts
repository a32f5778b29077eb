import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';
import { accept } from '../accepting/accept.ts';
import { deliveryIds } from '../accepting/delivery-id.ts';
import { startDatabases } from '../testing/databases.ts';
import { borrow, type RunningService, startService } from '../testing/service.ts';
import { createWorld } from '../testing/world.ts';
import { claim } from './claim.ts';
import { ClockWatch, forgetLaterTimes } from './clock-set-back.ts';
import { finishDead } from './transitions.ts';

const hour = 3_600_000;

test('a clock that is set back is noticed, one that goes on or is set forward is not', () => {
	let [wall, steady] = [5 * hour, 0];
	const watch = new ClockWatch(
		() => wall,
		() => steady,
	);
	const after = (wallPassed: number, steadyPassed: number) => {
		wall += wallPassed;
		steady += steadyPassed;
		return watch.setBackWithin();
	};
	assert.equal(after(2_000, 2_000), undefined);
	assert.equal(after(1_950, 2_000), undefined, 'corrected little by little');
	assert.equal(after(hour, 2_000), undefined);
	assert.equal(after(-hour, 1_500), 1_500);
	assert.equal(after(2_000, 2_000), 3_500, 'told until it is dealt with');
	watch.accept();
	assert.equal(after(2_000, 2_000), undefined);
});

test('what was in line before the clock was set back goes before what came after', async () => {
	let now = 5 * hour;
	await using databases = await startDatabases('sqlite');
	await using opened = await databases.outbox(() => now);
	assert.ok(opened);
	const { outbox } = opened;
	const newId = deliveryIds(() => now);
	const ids: string[] = [];
	const take = async (key: string) => {
		const id = newId();
		ids.push(id);
		await accept(outbox, { id, key, recipient: 'john.doe', template: 'BORROW', variables: '{}', window: hour });
	};
	for (const key of ['a', 'b']) await take(key);
	now -= hour;
	await take('c');
	now += 50;
	await forgetLaterTimes(outbox, 100);
	const order: string[] = [];
	for (;;) {
		const [delivery] = await claim(outbox, { count: 1, lease: 1, held: [] });
		if (!delivery) break;
		order.push(delivery.id);
		await finishDead(outbox, delivery, 'no');
	}
	assert.deepEqual(order, ids);
});

/** Sets this machine's clock, as this process sees it. */
function settable(t: TestContext) {
	const real = Date.now.bind(Date);
	const clock = { ahead: 0 };
	t.mock.method(Date, 'now', () => real() + clock.ahead);
	return clock;
}
const send = async (service: RunningService, requestId: number, more: object = {}) => {
	const body = { ...borrow, requestId, ...more };
	assert.equal((await service.request('/send', { method: 'POST', body })).status, 202);
};
const numbers = (messages: readonly string[]) => messages.map((message) => Number(/borrow\/(\d+)/.exec(message)?.[1]));

test('when the clock is set back by an hour what is in line goes out in its order, not an hour later', async (t) => {
	const clock = settable(t);
	await using world = await createWorld();
	const john = await world.person('john.doe');
	await using service = await startService(world, { dmPolicy: 'always' });
	world.server.fault = ({ method, url }) =>
		method === 'POST' && url === '/api/v4/posts' ? { status: 502 } : undefined;
	await send(service, 1, { retry: { firstWait: '5m', longestWait: '5m' } });
	for (const number of [2, 3]) await send(service, number);
	await until('the first is tried', () => world.server.requests.includes('POST /api/v4/posts'));
	clock.ahead = -hour;
	for (const number of [4, 5]) await send(service, number);
	world.server.fault = () => undefined;
	const got = () => world.directMessages(john);
	await until('all are there', async () => (await got()).length === 5, { timeout: 60_000 });
	assert.deepEqual(numbers(await got()), [1, 2, 3, 4, 5]);
});

test('a clock that was set back while the service was down makes nothing wait at the next start', async (t) => {
	const clock = settable(t);
	await using world = await createWorld();
	const john = await world.person('john.doe');
	await using folder = await tempFolder();
	const options = { dmPolicy: 'always', file: join(folder.path, 'notifier.db') } as const;
	{
		await using service = await startService(world, options);
		world.server.away = true;
		for (const number of [1, 2]) await send(service, number);
	}
	clock.ahead = -hour;
	world.server.away = false;
	await using service = await startService(world, options);
	await send(service, 3);
	const got = () => world.directMessages(john);
	await until('all are there', async () => (await got()).length === 3, { timeout: 60_000 });
	assert.deepEqual(numbers(await got()), [1, 2, 3]);
});
