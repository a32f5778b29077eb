// The bot's token taken away while the service runs, and given back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { borrow, startService } from '../testing/service.ts';
import { createWorld, type World } from '../testing/world.ts';

interface Taking {
	readonly what: string;
	take(world: World): Promise<unknown>;
	giveBack(world: World): Promise<unknown>;
}

const tokenOf = async ({ admin, botUserId }: World) => {
	const [token] = await admin.tokens.list(botUserId);
	assert.ok(token);
	return token.id;
};

const takings: readonly Taking[] = [
	{
		what: 'the token is disabled',
		take: async (world) => world.admin.tokens.disable(await tokenOf(world)),
		giveBack: async (world) => world.admin.tokens.enable(await tokenOf(world)),
	},
	{
		what: 'the bot is disabled',
		take: ({ admin, botUserId }) => admin.bots.disable(botUserId),
		giveBack: ({ admin, botUserId }) => admin.bots.enable(botUserId),
	},
];

for (const { what, take, giveBack } of takings)
	test(`while ${what} nothing goes out and the service says why; given back, all is posted once and the bot hears again`, async () => {
		await using world = await createWorld();
		await world.person('john.doe');
		const jane = await world.person('jane');
		await using service = await startService(world);
		const { notifier } = service;
		await until('the bot listens', async () => (await notifier.status()).connected);
		let posts = 0;
		// Made, and nobody knows: by the time it is looked for, the token is gone.
		world.server.fault = ({ method, url }) => {
			if (url?.startsWith('/api/v4/websocket')) return 'refuse';
			return method === 'POST' && url === '/api/v4/posts' && posts++ === 0 ? 'drop' : undefined;
		};
		world.server.away = true;
		world.server.away = false;
		const { id } = await notifier.send(borrow);
		await until('it is made', () => posts === 1);
		await take(world);
		world.server.fault = () => undefined;
		for (const requestId of [1, 2]) await notifier.send({ ...borrow, requestId });
		await until('it says so', () => notifier.health().waitingFor.some((reason) => reason.includes('token (401)')));
		assert.deepEqual([(await notifier.find(id))?.status, (await world.channelMessages()).length], ['unknown', 1]);
		await giveBack(world);
		const isIdle = async () => Object.values((await notifier.status()).deliveries).every((count) => count === 0);
		await until('all are posted', isIdle, { timeout: 60_000 });
		assert.equal((await world.channelMessages()).length, 3);
		await jane.writeToBot('hello');
		await until('the bot hears', async () => (await world.directMessages(jane)).length === 2, { timeout: 60_000 });
		await until('it is ready', () => notifier.health().ready);
	});
