import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';
import { pino } from 'pino';
import type { Fault } from '../testing/faulty-server.ts';
import { borrow, type RunningService, startService } from '../testing/service.ts';
import { createWorld } from '../testing/world.ts';

const send = async (service: RunningService, requestId: number, wait = '0s') =>
	(await service.request(`/send?wait=${wait}`, { method: 'POST', body: { ...borrow, requestId } })).body;

/** What a service with this channel says is wrong when it has started, and what it logged. */
async function started(world: Parameters<typeof startService>[0]) {
	const logged: string[] = [];
	const logger = pino({ level: 'error' }, { write: (line: string) => void logged.push(JSON.parse(line).msg) });
	await using service = await startService(world, { logger });
	return { health: service.notifier.health(), status: (await service.request('/status')).body, logged };
}

test('a channel that Mattermost does not have, or is not shown to the bot, is said at the start, with what to do', async () => {
	await using world = await createWorld();
	const hidden = await world.admin.channels.create({
		team_id: world.teamId,
		name: 'board',
		display_name: 'Board',
		type: 'P',
	});
	const mary = await world.person('mary');
	const direct = await world.admin.channels.createDirect([world.botUserId, mary.id]);
	const archived = await world.admin.channels.create({ team_id: world.teamId, name: 'old', display_name: 'Old' });
	await world.admin.channels.addMember(archived.id, world.botUserId);
	await world.admin.channels.delete(archived.id);
	const other = await world.admin.channels.create({ team_id: world.teamId, name: 'other', display_name: 'Other' });
	for (const [channelId, problem] of [
		['no-id', /@librarian can see: .*\. Check the id/],
		['a'.repeat(26), /@librarian can see: .*app\.channel\.get\.existing.*Check the id/],
		[hidden.id, /@librarian can see: .*permissions.*its team/],
		[direct.id, /direct or group channel/],
		[archived.id, /is archived: unarchive ~old/],
		[other.id, /@librarian is not in .*add the bot to its team and to ~other/],
	] as const) {
		const { health, status, logged } = await started({ ...world, channelId });
		assert.equal(health.ready, false);
		const [said = '', ...more] = health.waitingFor;
		assert.deepEqual(more, []);
		assert.match(said, problem);
		assert.match(said, new RegExp(`MATTERMOST_NOTIFICATION_CHANNEL_ID, ${channelId}`));
		assert.deepEqual([status.healthy, status.waitingFor, logged], [false, [said], [said]]);
	}
	assert.deepEqual((await started(world)).health, { ready: true, waitingFor: [] });
});

test('a bot outside the team of the channel, and a token that is not taken, are said too', async () => {
	await using world = await createWorld();
	await world.admin.teams.removeMember(world.teamId, world.botUserId);
	const { health } = await started(world);
	assert.match(health.waitingFor.join(), /the bot is in its team|add the bot to its team/);
	const stranger = await started({ ...world, botToken: 'nobody-made-this' });
	assert.match(stranger.health.waitingFor.join(), /refuses the bot token \(401\): check MATTERMOST_BOT_TOKEN/);
	assert.doesNotMatch(JSON.stringify(stranger), /nobody-made-this/);
});

test('while the channel can not be used mentions wait in their order, direct messages go out, and all goes on when it is mended', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	const mary = await world.person('mary');
	await using service = await startService(world);
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	await mary.writeToBot('hello');
	await until('the welcome', async () => (await world.directMessages(mary)).length === 2);
	await world.admin.channels.removeMember(world.channelId, world.botUserId);
	await until('it is said', () =>
		/is not in the notification channel/.test(service.notifier.health().waitingFor.join()),
	);
	for (const requestId of [1, 2, 3]) assert.equal((await send(service, requestId)).status, 'accepted');
	const direct = await service.request('/send?wait=60s', {
		method: 'POST',
		body: { ...borrow, mattermostUsername: 'mary', requestId: 4 },
	});
	assert.equal(direct.body.method, 'dm');
	const [{ id }] = (await service.request('/?recipient=john.doe&status=pending&limit=1000')).body.notifications.slice(
		-1,
	);
	const held = async () =>
		(await service.notifier.find(id))?.timeline.filter(({ detail }) =>
			/^held up: .*notification channel/.test(detail ?? ''),
		);
	await until('its timeline says why it waits', async () => (await held())?.length === 1);
	await world.admin.channels.addMember(world.channelId, world.botUserId);
	await until('all are posted', async () => (await world.channelMessages()).length === 3, { timeout: 60_000 });
	assert.deepEqual(service.notifier.health(), { ready: true, waitingFor: [] });
	assert.equal((await held())?.length, 1, 'said once, however often it was tried');
	await john.mattermost.channels.getMember(world.channelId, john.id);
	const { notifications } = (await service.request('/?recipient=john.doe')).body;
	const finished = notifications.map(({ finishedAt }: { finishedAt: string }) => finishedAt);
	assert.deepEqual(finished, finished.toSorted().reverse(), 'in the order of acceptance');
});

test('a channel that is archived before a look-up: what was posted is found, what was not waits and is posted once it is back', async () => {
	await using world = await createWorld();
	for (const name of ['john.doe', 'mary']) await world.person(name);
	await using service = await startService(world);
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	const faults: Fault[] = ['drop', 'refuse'];
	world.server.fault = ({ method, url }) => {
		if (url?.startsWith('/api/v4/websocket')) return 'refuse';
		return method === 'POST' && url === '/api/v4/posts' ? faults.shift() : undefined;
	};
	world.server.away = true;
	world.server.away = false;
	const posted = await service.notifier.send(borrow);
	await until('it is posted', () => faults.length === 1);
	const lost = await service.notifier.send({ ...borrow, userId: 7, mattermostUsername: 'mary' });
	await until('it is lost', () => faults.length === 0);
	await world.admin.channels.delete(world.channelId);
	const status = async ({ id }: { id: string }) => (await service.notifier.find(id))?.status;
	await until('the first is found', async () => (await status(posted)) === 'sent');
	await until('it is said', () => /is archived/.test(service.notifier.health().waitingFor.join()));
	assert.equal(await status(lost), 'unknown');
	world.server.fault = () => undefined;
	await world.admin.channels.restore(world.channelId);
	await until('the other is posted', async () => (await status(lost)) === 'sent', { timeout: 60_000 });
	assert.equal((await world.channelMessages()).length, 2);
});

test('people are added to another notification channel too, though they were in the one before', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	const other = await world.admin.channels.create({ team_id: world.teamId, name: 'other', display_name: 'Other' });
	await world.admin.channels.addMember(other.id, world.botUserId);
	await using folder = await tempFolder();
	const file = join(folder.path, 'notifier.db');
	for (const [requestId, channelId] of [world.channelId, other.id].entries()) {
		await using service = await startService({ ...world, channelId }, { file });
		const { status, channelId: used } = await send(service, requestId, '60s');
		assert.deepEqual([status, used], ['sent', channelId]);
		await world.admin.channels.getMember(channelId, john.id);
	}
});
