// Replies in the thread of an earlier notification and updates in its place, on SQLite and PostgreSQL.
import assert from 'node:assert/strict';
import { beforeEach, describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import type { RunningService } from '../testing/service.ts';
import { serviceTests } from '../testing/suites.ts';
import { testTemplates } from '../testing/templates.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`following an earlier notification on ${kind}`, () => {
		const suite = serviceTests(kind, { people: ['mary'], templates: testTemplates });
		const { run } = suite;
		beforeEach(() => {
			suite.world.server.fault = () => undefined;
		});
		const text = (state: string, link?: string) => ({
			template: 'request',
			variables: { subject: 'Printer', state, ...(link !== undefined && { link }) },
		});
		const notify = (service: RunningService, more: object = {}) =>
			service.request('?wait=60s', {
				method: 'POST',
				body: { ...text('approved'), to: { username: 'mary' }, ...more },
			});
		const reply = (service: RunningService, id: string, body: object = text('packed')) =>
			service.request(`/${id}/replies?wait=60s`, { method: 'POST', body });
		const update = (service: RunningService, id: string, body: object = text('done')) =>
			service.request(`/${id}/content?wait=60s`, { method: 'PUT', body });
		const postOf = (answer: { body: { postId: string } }) => suite.world.admin.posts.getById(answer.body.postId);

		run('an update puts another text into the same post, and asked for again changes nothing', async (service) => {
			const first = await notify(service);
			const done = await update(service, first.body.id);
			assert.deepEqual([done.status, done.body.status, done.body.postId], [200, 'sent', first.body.postId]);
			assert.equal((await postOf(first)).message, '@mary Printer: done');
			assert.equal((await postOf(first)).props.notification_id, first.body.id, 'the mark stays');
			const again = await update(service, first.body.id);
			assert.deepEqual([again.body.id, again.body.skipped], [done.body.id, true]);
			await update(service, done.body.id, text('approved'));
			assert.equal(
				(await postOf(first)).message,
				'@mary Printer: approved',
				'an update of an update is one of the first',
			);
			assert.equal(
				(await update(service, first.body.id)).body.skipped,
				false,
				'what was said before can be said again',
			);
			assert.equal((await postOf(first)).message, '@mary Printer: done');
		});

		run('an update brings attachments and takes them away', async (service) => {
			const first = await notify(service);
			await update(service, first.body.id, text('done', 'https://example.com/1'));
			assert.partialDeepStrictEqual((await postOf(first)).props, {
				notification_id: first.body.id,
				attachments: [{ title: 'Printer' }],
			});
			await update(service, first.body.id, text('over'));
			assert.equal((await postOf(first)).props.attachments, undefined);
		});

		run('replies are said in the thread, also those to a reply, and once for each key', async (service) => {
			const first = await notify(service);
			const one = await reply(service, first.body.id, { ...text('packed'), key: 'packed' });
			const two = await reply(service, one.body.id, text('shipped'));
			for (const answer of [one, two]) assert.equal((await postOf(answer)).root_id, first.body.postId);
			assert.equal((await postOf(two)).message, '@mary Printer: shipped');
			const again = await reply(service, first.body.id, { ...text('packed'), key: 'packed' });
			assert.deepEqual([again.body.skipped, again.body.postId], [true, one.body.postId]);
			assert.equal((await update(service, one.body.id)).body.postId, one.body.postId);
			assert.equal((await postOf(one)).root_id, first.body.postId);
		});

		run('lost and refused answers leave one reply, and the last text', async (service) => {
			const first = await notify(service);
			const before = (await suite.world.channelMessages()).length;
			const strike = (method: string, path: RegExp, ...faults: ('drop' | 'refuse')[]) => {
				suite.world.server.fault = (request) =>
					request.method === method && path.test(request.url ?? '') ? faults.shift() : undefined;
			};
			strike('POST', /^\/api\/v4\/posts$/, 'refuse', 'drop');
			assert.equal((await reply(service, first.body.id)).body.status, 'sent');
			assert.equal((await suite.world.channelMessages()).length, before + 1);
			strike('PUT', /\/patch$/, 'drop', 'refuse');
			assert.equal((await update(service, first.body.id)).body.status, 'sent');
			assert.equal((await postOf(first)).message, '@mary Printer: done');
			assert.equal((await suite.world.channelMessages()).length, before + 1);
		});

		run('what follows waits for the first to be posted, and is dead when that never is', async (service) => {
			const first = await notify(service, { sendAt: new Date(Date.now() + 2_000).toISOString() });
			assert.equal(first.body.status, 'sent');
			const late = await service.request('', {
				method: 'POST',
				body: { ...text('x'), to: { username: 'mary' }, sendAt: new Date(Date.now() + 1_500).toISOString() },
			});
			const [edited, said] = await Promise.all([update(service, late.body.id), reply(service, late.body.id)]);
			assert.deepEqual([edited.body.status, said.body.status], ['sent', 'sent']);
			assert.equal((await postOf(edited)).message, '@mary Printer: done');
			const due = await service.request('', {
				method: 'POST',
				body: { ...text('x'), to: { username: 'mary' }, sendAt: new Date(Date.now() + 1_000).toISOString() },
			});
			const states = ['one', 'two', 'three', 'four'];
			const updates = [];
			for (const state of states)
				updates.push(
					(await service.request(`/${due.body.id}/content`, { method: 'PUT', body: text(state) })).body.id as string,
				);
			const last = await update(service, due.body.id, text('four'));
			assert.deepEqual([last.body.id, last.body.status], [updates.at(-1), 'sent']);
			assert.equal((await postOf(last)).message, '@mary Printer: four', 'the last text given stays');
			const dead = await notify(service, { to: { username: 'nobody' } });
			assert.equal((await reply(service, dead.body.id)).body.status, 'dead');
		});

		run('a post that someone deleted is not brought back', async (service) => {
			const first = await notify(service);
			await suite.world.admin.posts.delete(first.body.postId);
			for (const { body } of [await update(service, first.body.id), await reply(service, first.body.id)])
				assert.equal(body.status, 'dead', body.error);
		});

		run('what is wrong is refused', async (service) => {
			const { body } = await notify(service);
			assert.equal((await update(service, 'nothing')).status, 404);
			assert.equal((await reply(service, 'nothing')).status, 404);
			for (const [answer, field] of [
				[await update(service, body.id, { ...text('x'), key: 'x' }), 'key'],
				[await update(service, body.id, { template: 'nothing' }), 'template'],
				[await reply(service, body.id, { ...text('x'), to: { username: 'john' } }), 'to'],
				[await reply(service, body.id, { template: 'request', variables: { subject: 'x' } }), 'variables.state'],
			] as const)
				assert.deepEqual([answer.status, Object.keys(answer.body.fields)], [400, [field]]);
		});
	});
}
