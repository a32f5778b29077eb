import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { key as adminKey, borrow, type RunningService } from '../testing/service.ts';
import { serviceTests } from '../testing/suites.ts';

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`keys of programs, on ${kind}`, () => {
		const suite = serviceTests(kind);
		const { run } = suite;
		const make = async (service: RunningService, scopes: string[], more: object = {}) => {
			const answer = await service.request('/keys', { method: 'POST', body: { name: 'devices', scopes, ...more } });
			assert.equal(answer.status, 201);
			return answer.body as { id: string; key: string };
		};
		const as = (service: RunningService, key: string, path: string, init: { method?: string; body?: unknown } = {}) =>
			service.request(path, { ...init, headers: { authorization: `Bearer ${key}` } });

		run('a key may do what its scopes say, and nothing else', async (service) => {
			const send = { method: 'POST', body: borrow };
			const manage = { method: 'POST', body: { ids: ['x'] } };
			const allowed = async (...scopes: string[]) => {
				const { key } = await make(service, scopes);
				const answers = [
					await as(service, key, '/send', send),
					await as(service, key, '/status'),
					await as(service, key, '/replay', manage),
					await as(service, key, '/keys'),
				];
				return answers.map(({ status }) => (status < 300 ? 'yes' : status));
			};
			assert.deepEqual(await allowed('send'), ['yes', 403, 403, 403]);
			assert.deepEqual(await allowed('read'), [403, 'yes', 403, 403]);
			assert.deepEqual(await allowed('read', 'manage'), [403, 'yes', 'yes', 403]);
			assert.deepEqual(await allowed('webhooks'), [403, 403, 403, 403]);
		});

		run('what is refused says why, and a key never makes another', async (service) => {
			const { key } = await make(service, ['send', 'read', 'manage', 'webhooks']);
			assert.equal((await as(service, key, '/status')).status, 200);
			const made = await as(service, key, '/keys', { method: 'POST', body: { name: 'x', scopes: ['send'] } });
			assert.deepEqual([made.status, made.body.error], [403, 'only the notifications key itself may do this']);
			const reader = await make(service, ['read']);
			const sent = await as(service, reader.key, '/send', { method: 'POST', body: borrow });
			assert.deepEqual([sent.status, sent.body.error], [403, 'this key lacks the scope send']);
		});

		run('keys are shown once, stored as hashes, listed without them', async (service) => {
			const { id, key } = await make(service, ['read'], { expiresAt: '2099-01-01T00:00:00+02:00' });
			const secret = key.slice(-43);
			const { body } = await service.request('/keys');
			assert.deepEqual(
				[body.keys[0].id, body.keys[0].name, body.keys[0].scopes, body.keys[0].expiresAt],
				[id, 'devices', ['read'], '2098-12-31T22:00:00.000Z'],
			);
			const rows = await service.store
				.db<{ notifier_api_key: { id: string } }>()
				.selectFrom('notifier_api_key')
				.selectAll()
				.execute();
			assert.ok(!JSON.stringify([body, rows]).includes(secret));
			assert.equal(body.keys[0].lastUsedAt, undefined);
			await as(service, key, '/status');
			assert.match((await service.request('/keys')).body.keys[0].lastUsedAt, /^\d{4}-/);
		});

		run('a key that is revoked, has run out, or is changed in one letter is not taken', async (service) => {
			const { id, key } = await make(service, ['read']);
			assert.equal((await as(service, key, '/status')).status, 200);
			const last = key.at(-1) === 'A' ? 'B' : 'A';
			for (const wrong of [key.slice(0, -1) + last, key.slice(0, -1), key.toUpperCase(), 'mkn_', `mkn_${id}_`])
				assert.equal((await as(service, wrong, '/status')).status, 401, wrong);
			assert.equal((await service.request(`/keys/${id}`, { method: 'DELETE' })).status, 200);
			const refused = await as(service, key, '/status');
			assert.deepEqual([refused.status, refused.headers.get('www-authenticate')], [401, 'Bearer']);
			assert.equal((await service.request(`/keys/${id}`, { method: 'DELETE' })).status, 404);
			const brief = await make(service, ['read'], { expiresAt: '2099-01-01T00:00:00Z' });
			await service.store
				.db<{ notifier_api_key: { expires_at: number } }>()
				.updateTable('notifier_api_key')
				.set({ expires_at: 1 })
				.execute();
			assert.equal((await as(service, brief.key, '/status')).status, 401);
			assert.equal((await as(service, adminKey, '/status')).status, 200);
		});

		run('a key that is asked for wrongly is refused by the name of the field', async (service) => {
			const bad: [object, string][] = [
				[{ scopes: ['read'] }, 'name'],
				[{ name: '', scopes: ['read'] }, 'name'],
				[{ name: 'x', scopes: [] }, 'scopes'],
				[{ name: 'x', scopes: ['admin'] }, 'scopes'],
				[{ name: 'x' }, 'scopes'],
				[{ name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
				[{ name: 'x', scopes: ['read'], owner: 'y' }, 'owner'],
			];
			for (const [body, field] of bad) {
				const answer = await service.request('/keys', { method: 'POST', body });
				assert.deepEqual([answer.status, Object.keys(answer.body.fields)], [400, [field]], JSON.stringify(body));
			}
		});
	});
}
