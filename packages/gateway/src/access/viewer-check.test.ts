import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { createEmulator, type EmulatorOptions } from '@matterkit/emulator';
import { Entrance } from '../accounts/entrance.ts';
import { ViewerCheck } from './viewer-check.ts';

async function setUp({ patience = 2_000, ...options }: EmulatorOptions & { patience?: number } = {}) {
	await using opened = new AsyncDisposableStack();
	const emulator = opened.use(await createEmulator({ faults: true, ...options }));
	const mm = opened.use(await Mattermost.connect({ url: emulator.url, token: emulator.admin.token }));
	const people = [];
	for (const username of ['ada', 'bob', 'eve']) {
		people.push(await mm.users.create({ username, email: `${username}@example.com`, password: 'Passw0rd!x' }));
	}
	const viewers = people.map(({ id }) => id);
	const told = { deactivated: [] as string[], unsure: [] as string[] };
	const check = new ViewerCheck({
		admin: new Entrance({ as: () => mm, token: emulator.admin.token, renew: async () => emulator.admin.token }),
		userIds: () => viewers,
		deactivated: (userIds) => told.deactivated.push(...userIds),
		unsure: (userIds) => told.unsure.push(...userIds),
		patience,
	});
	const held = opened.move();
	return { emulator, mm, viewers, told, check, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

test('the deactivated, and those whom Mattermost does not know any more, are found', async () => {
	await using t = await setUp();
	const [ada = '', bob = ''] = t.viewers;
	await t.mm.users.deactivate(bob);
	t.viewers.push('x'.repeat(26));
	await t.check.run();
	assert.deepEqual(t.told, { deactivated: [bob, 'x'.repeat(26)], unsure: [] });
	assert.ok(!t.told.deactivated.includes(ada));
});

test('who asks while a look-up runs gets one that began afterwards', async () => {
	await using t = await setUp();
	const [, bob = ''] = t.viewers;
	t.emulator.faults.add({ fault: 'latency', milliseconds: 100, route: 'POST /api/v4/users/ids', times: 1 });
	const first = t.check.run();
	const second = Promise.all([t.check.run(), t.check.run()]);
	await t.mm.users.deactivate(bob);
	await first;
	t.told.deactivated.length = 0;
	await second;
	assert.deepEqual(t.told.deactivated, [bob], 'looked up again, once');
});

test('where Mattermost does not say in time, nobody counts as active, and the wait ends', async () => {
	await using t = await setUp({ patience: 100 });
	const hangs = t.emulator.faults.add({ fault: 'latency', milliseconds: 60_000, route: 'POST /api/v4/users/ids' });
	await t.check.run();
	assert.deepEqual(t.told, { deactivated: [], unsure: t.viewers });
	hangs.remove();
	t.told.unsure.length = 0;
	await t.check.run();
	assert.deepEqual(t.told, { deactivated: [], unsure: [] });
});
