import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotFoundError } from '@matterkit/client';
import fc from 'fast-check';
import type { Channels } from '../chat/channels.ts';
import { Access } from './access.ts';
import type { Viewer } from './viewer.ts';

/** Memberships at a Mattermost whose answers the test gives. */
function setUp() {
	const asked: { channelId: string; answer: (isMember: boolean) => void }[] = [];
	const getMember = (channelId: string) =>
		new Promise((resolve, reject) => {
			const missing = new NotFoundError('no such member', { status: 404 });
			asked.push({ channelId, answer: (isMember) => (isMember ? resolve({}) : reject(missing)) });
		});
	const viewer = {
		userId: 'ada',
		mattermost: (call: (mm: unknown) => unknown) => call({ channels: { getMember } }),
	} as unknown as Viewer;
	const turn = () => new Promise(setImmediate);
	return { access: new Access({} as Channels), viewer, asked, turn };
}

test('a membership that may have ended while Mattermost was asked is asked for again', async () => {
	for (const end of [
		(access: Access) => access.forget('general', 'ada'),
		(access: Access) => access.forgetAll('general'),
		(access: Access) => access.forgetAll(),
	]) {
		const { access, viewer, asked, turn } = setUp();
		const isMember = access.isMember(viewer, 'general');
		end(access);
		asked[0]?.answer(true);
		await turn();
		assert.equal(asked.length, 2, String(end));
		asked[1]?.answer(false);
		assert.equal(await isMember, false);
		assert.deepEqual(access.knownMembers('general'), []);
	}
});

test('what ends in other channels, or for other members, does not make Mattermost be asked again', async () => {
	const { access, viewer, asked } = setUp();
	const isMember = access.isMember(viewer, 'general');
	access.forget('general', 'bob');
	access.forget('board', 'ada');
	access.forgetAll('board');
	asked[0]?.answer(true);
	assert.equal(await isMember, true);
	assert.equal(asked.length, 1);
	assert.equal(await access.isMember(viewer, 'general'), true);
	assert.equal(asked.length, 1);
});

test('when more ended than is remembered, Mattermost is asked again', async () => {
	const { access, viewer, asked, turn } = setUp();
	const isMember = access.isMember(viewer, 'general');
	access.forget('general', 'ada');
	for (let i = 0; i < 5_000; i++) access.forget('board', `user${i}`);
	asked[0]?.answer(true);
	await turn();
	assert.equal(asked.length, 2);
	asked[1]?.answer(true);
	assert.equal(await isMember, true);
});

test('a membership is believed when nothing that concerns it ended since it was asked for, and never otherwise', () => {
	const channel = fc.constantFrom('a', 'b');
	const user = fc.constantFrom('x', 'y');
	const step = fc.oneof(
		{ weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const) }) },
		{ weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const), channel, user, which: fc.nat(9) }) },
		{ weight: 4, arbitrary: fc.record({ do: fc.constant('forget' as const), channel, user }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('forget channel' as const), channel }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('forget all' as const) }) },
		{ weight: 1, arbitrary: fc.record({ do: fc.constant('many elsewhere' as const), count: fc.nat(1_500) }) },
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
			const { access } = setUp();
			const askings: { asking: ReturnType<Access['asking']>; ended: string[]; elsewhere: number }[] = [];
			const end = (...names: string[]) => {
				for (const { ended } of askings) ended.push(...names);
			};
			for (const one of steps) {
				if (one.do === 'ask') askings.push({ asking: access.asking(), ended: [], elsewhere: 0 });
				else if (one.do === 'forget') {
					access.forget(one.channel, one.user);
					end(one.channel + one.user);
				} else if (one.do === 'forget channel') {
					access.forgetAll(one.channel);
					end(`${one.channel}x`, `${one.channel}y`);
				} else if (one.do === 'forget all') {
					access.forgetAll();
					end('ax', 'ay', 'bx', 'by');
				} else if (one.do === 'many elsewhere') {
					for (let i = 0; i < one.count; i++) access.forget('c', 'x');
					for (const asking of askings) asking.elsewhere += one.count;
				} else {
					const asked = askings[one.which % askings.length];
					if (!asked) continue;
					const isBelieved = access.remember(one.channel, one.user, asked.asking);
					if (asked.ended.includes(one.channel + one.user)) assert.ok(!isBelieved);
					// So few are always remembered.
					else if (asked.elsewhere + asked.ended.length < 400) assert.ok(isBelieved);
					assert.equal(access.knownMembers(one.channel).includes(one.user) || !isBelieved, true);
				}
			}
		}),
	);
});
