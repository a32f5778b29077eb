// Per-user preferences and quiet hours, on SQLite and PostgreSQL.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { until } from '@matterkit/testing';
import type { RunningService } from '../testing/service.ts';
import { serviceTests } from '../testing/suites.ts';
import { testTemplates } from '../testing/templates.ts';
import { wallMinutes, writtenTimeOfDay } from '../timing/quiet-hours.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`preferences on ${kind}`, () => {
		const suite = serviceTests(kind, { templates: testTemplates });
		let people = 0;
		const run = (name: string, body: (service: RunningService, username: string) => Promise<void>) =>
			suite.run(name, async (service) => {
				const username = `person-${++people}`;
				await suite.world.person(username);
				await body(service, username);
			});
		const put = (service: RunningService, username: string, body: unknown) =>
			service.request(`/preferences/${username}`, { method: 'PUT', body });
		const notify = (service: RunningService, username: string, more: object = {}, wait = '10s') =>
			service.request(`?wait=${wait}`, {
				method: 'POST',
				body: { template: 'request', variables: { subject: 'Printer', state: 'x' }, to: { username }, ...more },
			});
		/** Quiet at this moment, and for two hours more. */
		const quietNow = (timeZone: string) => {
			const now = wallMinutes(timeZone, Date.now());
			const around = (minutes: number) => writtenTimeOfDay((now + minutes + 1_440) % 1_440);
			return { timeZone, quietHours: { start: around(-5), end: around(120) } };
		};
		const posted = async (username: string) =>
			(await suite.world.channelMessages()).filter((message) => message.startsWith(`@${username} `)).length;

		run('are kept, shown, replaced as a whole and dropped', async (service, username) => {
			const given = {
				locale: 'de',
				timeZone: 'Europe/Vienna',
				quietHours: { start: '22:00', end: '07:00' },
				directMessages: 'always',
			};
			assert.deepEqual((await put(service, `@${username.toUpperCase()}`, given)).body, {
				success: true,
				username,
				...given,
			});
			const get = async () => (await service.request(`/preferences/${username}`)).body;
			assert.deepEqual(await get(), { success: true, username, ...given });
			await put(service, username, { locale: 'en' });
			assert.deepEqual([(await get()).locale, (await get()).quietHours], ['en', null]);
			await service.request(`/preferences/${username}`, { method: 'DELETE' });
			assert.equal((await get()).locale, null);
		});

		run('what is wrong is refused by the name of its field', async (service, username) => {
			const bad: [object, string][] = [
				[{ locale: '?' }, 'locale'],
				[{ timeZone: 'Europe/Nowhere' }, 'timeZone'],
				[{ quietHours: { start: '22:00' } }, 'quietHours.end'],
				[{ quietHours: { start: '25:00', end: '07:00' } }, 'quietHours.start'],
				[{ quietHours: { start: '07:00', end: '07:00' } }, 'quietHours'],
				[{ directMessages: 'sometimes' }, 'directMessages'],
				[{ lang: 'de' }, 'lang'],
			];
			for (const [body, field] of bad) {
				const answer = await put(service, username, body);
				assert.deepEqual([answer.status, Object.keys(answer.body.fields)], [400, [field]]);
			}
			assert.deepEqual(Object.keys((await put(service, 'not%20a%20name', {})).body.fields), ['username']);
		});

		run(
			'the text is in the person’s language, as a direct message where they want it so',
			async (service, username) => {
				await put(service, username, { locale: 'de-AT', directMessages: 'always' });
				const { body } = await notify(service, username);
				assert.equal(body.method, 'dm');
				assert.equal((await suite.world.admin.posts.getById(body.postId)).message, '**Printer** ist x');
				const english = await notify(service, username, { locale: 'en' });
				assert.equal((await suite.world.admin.posts.getById(english.body.postId)).message, '**Printer** is x');
			},
		);

		const row = (service: RunningService, id: string) =>
			service.store
				.db<{ notifier_delivery: { id: string; state: string; due_at: number; message: string | null } }>()
				.selectFrom('notifier_delivery')
				.selectAll()
				.where('id', '=', id)
				.executeTakeFirstOrThrow();
		/** Accepted, and put off. */
		const waiting = async (service: RunningService, username: string, more: object = {}): Promise<string> => {
			const { body } = await notify(service, username, more, '0s');
			assert.equal(body.status, 'accepted');
			await until('it waits', async () => (await row(service, body.id)).state === 'scheduled');
			return body.id;
		};
		const isSent = async (service: RunningService, id: string) => (await row(service, id)).state === 'sent';

		run('in quiet hours it waits, and is posted once when they are over', async (service, username) => {
			await put(service, username, quietNow('Asia/Kolkata'));
			const id = await waiting(service, username);
			const { due_at, message } = await row(service, id);
			assert.ok(due_at > Date.now() + 110 * 60_000 && due_at <= Date.now() + 120 * 60_000);
			assert.equal(message, null, 'nothing is decided yet');
			assert.equal(await posted(username), 0);
			// The night is over, and the time comes.
			const db = service.store.db<{
				notifier_delivery: { id: string; due_at: number };
				notifier_preference: { username: string };
			}>();
			await db.deleteFrom('notifier_preference').where('username', '=', username).execute();
			await db.updateTable('notifier_delivery').set({ due_at: 0 }).where('id', '=', id).execute();
			await until('it is posted', () => isSent(service, id));
			assert.equal(await posted(username), 1);
		});

		run('without quiet hours any more what waits goes out at once, in its order', async (service, username) => {
			const user = await suite.world.admin.users.getByUsername(username);
			assert.ok(user);
			await put(service, username, quietNow('Asia/Kolkata'));
			const ids: string[] = [];
			for (const subject of ['one', 'two', 'three'])
				ids.push(await waiting(service, username, { variables: { subject, state: 'x' } }));
			const byId = await waiting(service, username, { to: { userId: user.id } });
			await put(service, username, { locale: 'en' });
			for (const id of [...ids, byId]) await until('it is posted', () => isSent(service, id));
			const messages = (await suite.world.channelMessages()).filter((message) => message.startsWith(`@${username} `));
			assert.deepEqual(
				messages.filter((message) => !message.includes('Printer')),
				['one', 'two', 'three'].map((subject) => `@${username} ${subject}: x`),
			);
			assert.equal(messages.length, 4);
		});

		run('other quiet hours hold for what waits: it is posted when those end', async (service, username) => {
			await put(service, username, quietNow('Asia/Kolkata'));
			const id = await waiting(service, username);
			const now = wallMinutes('Asia/Tokyo', Date.now());
			const end = writtenTimeOfDay((now + 60) % 1_440);
			await put(service, username, {
				timeZone: 'Asia/Tokyo',
				quietHours: { start: writtenTimeOfDay((now + 1_435) % 1_440), end },
			});
			await until('it waits for them', async () => {
				const { state, due_at } = await row(service, id);
				const left = due_at - Date.now();
				return state === 'scheduled' && left > 50 * 60_000 && left <= 60 * 60_000;
			});
			await service.request(`/preferences/${username}`, { method: 'DELETE' });
			await until('it is posted', () => isSent(service, id));
			assert.equal(await posted(username), 1);
		});

		run('what was scheduled, and a digest that collects, keep their time', async (service, username) => {
			await put(service, username, quietNow('Asia/Kolkata'));
			const sendAt = new Date(Date.now() + 3_600_000).toISOString();
			const scheduled = (await notify(service, username, { sendAt }, '0s')).body.id;
			const digest = (await notify(service, username, { digest: { window: '10m' } }, '0s')).body.id;
			const before = await Promise.all([row(service, scheduled), row(service, digest)]);
			await put(service, username, {});
			assert.deepEqual(await Promise.all([row(service, scheduled), row(service, digest)]), before);
			assert.deepEqual([...before.map(({ state }) => state)], ['scheduled', 'scheduled']);
		});

		run('a digest that waits for the quiet hours to end goes out whole', async (service, username) => {
			await put(service, username, quietNow('Asia/Kolkata'));
			const add = async (subject: string) =>
				(await notify(service, username, { variables: { subject, state: 'x' }, digest: { window: '1s' } }, '0s')).body
					.id;
			const id = await add('one');
			await until('it waits', async () => (await row(service, id)).due_at > Date.now() + 60_000);
			assert.equal(await add('two'), id);
			await put(service, username, {});
			await until('it is posted', () => isSent(service, id));
			assert.ok((await suite.world.channelMessages()).includes(`@${username} \n- one: x\n- two: x`));
			assert.equal(await posted(username), 1);
		});

		run('high priority passes quiet hours, and those that wait', async (service, username) => {
			await put(service, username, quietNow('America/New_York'));
			assert.equal((await notify(service, username, {}, '500ms')).body.status, 'accepted');
			assert.equal((await notify(service, username, { priority: 'high' })).body.status, 'sent');
			assert.equal(await posted(username), 1);
		});

		run('other people’s notifications, and the person’s by day, go out at once', async (service, username) => {
			const now = wallMinutes('Asia/Tokyo', Date.now());
			const later = (minutes: number) => writtenTimeOfDay((now + minutes) % 1_440);
			await put(service, username, { timeZone: 'Asia/Tokyo', quietHours: { start: later(10), end: later(300) } });
			assert.equal((await notify(service, username)).body.status, 'sent');
		});
	});
}
