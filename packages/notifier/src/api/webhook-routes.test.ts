import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import type { StoreKind } from '@matterkit/store';
import { until } from '@matterkit/testing';
import { borrow, type RunningService, startService } from '../testing/service.ts';
import { serviceTests } from '../testing/suites.ts';
import { createWorld } from '../testing/world.ts';
import { verifyWebhook } from '../webhooks/signature.ts';

interface Received {
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

interface Receiver extends AsyncDisposable {
	readonly url: string;
	readonly received: Received[];
	/** What it answers, one after the other; then 204. */
	readonly answers: { status: number; headers?: Record<string, string> }[];
}

async function startReceiver(): Promise<Receiver> {
	const received: Received[] = [];
	const answers: Receiver['answers'] = [];
	const server = createServer(async (request, response) => {
		received.push({ headers: request.headers, body: await text(request) });
		const { status, headers } = answers.shift() ?? { status: 204 };
		response.writeHead(status, headers).end();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?team=1`,
		received,
		answers,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
}

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`webhooks, on ${kind}`, () => {
		const suite = serviceTests(kind, { people: ['john.doe'], privateWebhooks: true });
		const run = (name: string, body: (service: RunningService, receiver: Receiver) => Promise<void>) =>
			suite.run(name, async (service) => {
				await using receiver = await startReceiver();
				await body(service, receiver);
			});
		const post = (service: RunningService, path: string, body?: object) =>
			service.request(path, { method: 'POST', ...(body && { body }) });
		const make = async (service: RunningService, webhook: object) => {
			const { status, body } = await post(service, '/webhooks', webhook);
			assert.equal(status, 201, JSON.stringify(body));
			return body as { id: string; secret: string };
		};
		const send = async (service: RunningService, more: object = {}, wait = '60s') =>
			(await post(service, `/send?wait=${wait}`, { ...borrow, ...more })).body;
		const typesOf = (receiver: Receiver) => receiver.received.map(({ body }) => JSON.parse(body).type);

		run('are told what became of notifications, signed', async (service, receiver) => {
			const { secret } = await make(service, { url: receiver.url });
			const sent = await send(service);
			const dead = await send(service, { mattermostUsername: 'nobody', requestId: 2 });
			const { id } = await send(service, { requestId: 3, sendAt: new Date(Date.now() + 60_000).toISOString() }, '0');
			await post(service, `/${id}/cancel`);
			await until('all are told', () => receiver.received.length === 3);
			assert.deepEqual(typesOf(receiver).sort(), ['notification.cancelled', 'notification.dead', 'notification.sent']);
			const messages = receiver.received.map(({ headers, body }) => verifyWebhook(secret, headers, body)) as {
				type: string;
				data: { id: string; status: string; postId?: string; error?: string };
			}[];
			const told = (type: string) => messages.find((message) => message.type === `notification.${type}`)?.data;
			assert.deepEqual([told('sent')?.id, told('sent')?.postId], [sent.id, sent.postId]);
			assert.deepEqual([told('dead')?.id, told('dead')?.error], [dead.id, dead.error]);
			assert.deepEqual([told('cancelled')?.id, told('cancelled')?.status], [id, 'cancelled']);
			assert.equal(receiver.received[0]?.headers['content-type'], 'application/json');
		});

		run('hear only of what they asked for', async (service, receiver) => {
			await make(service, { url: receiver.url, events: ['dead', 'replayed'] });
			await send(service);
			const { id } = await send(service, { mattermostUsername: 'nobody', requestId: 2 });
			await post(service, `/${id}/replay`);
			await until('they heard', () => receiver.received.length === 3);
			assert.deepEqual(typesOf(receiver).sort(), ['notification.dead', 'notification.dead', 'notification.replayed']);
		});

		run('are tried again with the same id when they fail, and show it', async (service, receiver) => {
			receiver.answers.push({ status: 500 }, { status: 302, headers: { location: 'http://127.0.0.1:1/' } });
			const { id } = await make(service, { url: receiver.url });
			await send(service);
			const messages = async () => (await service.request(`/webhooks/${id}/messages`)).body.messages;
			await until('it failed', async () => (await messages())[0]?.answer === 500);
			const [failed] = await messages();
			assert.deepEqual([failed.status, failed.attempts, failed.event], ['pending', 1, 'sent']);
			const wait = Date.parse(failed.nextAt) - Date.now();
			assert.ok(wait > 2_000 && wait < 7_000, `${wait}`);
			const soon = () =>
				service.store
					.db<{ notifier_webhook_message: { next_at: number } }>()
					.updateTable('notifier_webhook_message')
					.set({ next_at: 1 })
					.execute();
			await soon();
			await until('the redirect', async () => (await messages())[0]?.answer === 302);
			await soon();
			await until('it is delivered', async () => (await messages())[0]?.status === 'delivered');
			assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
			const [message] = await messages();
			assert.equal((await post(service, `/webhooks/${id}/messages/${message.id}/replay`)).status, 202);
			await until('it came again', () => receiver.received.length === 4);
		});

		run('that are gone are disabled, and nothing more is sent', async (service, receiver) => {
			receiver.answers.push({ status: 410 });
			const { id } = await make(service, { url: receiver.url });
			await send(service);
			await until(
				'it is disabled',
				async () => (await service.request(`/webhooks/${id}`)).body.disabledAt !== undefined,
			);
			await send(service, { requestId: 2 });
			assert.equal((await service.request(`/webhooks/${id}/messages`)).body.messages.length, 1);
		});

		run('are tested, listed without their secret, and deleted', async (service, receiver) => {
			const { id, secret } = await make(service, { url: receiver.url, description: 'the device hub' });
			assert.equal((await post(service, `/webhooks/${id}/test`)).status, 202);
			await until('it came', () => receiver.received.length === 1);
			assert.deepEqual(typesOf(receiver), ['webhook.test']);
			const listed = (await service.request('/webhooks')).body;
			assert.deepEqual([listed.webhooks[0].url, listed.webhooks[0].description], [receiver.url, 'the device hub']);
			assert.ok(!JSON.stringify(listed).includes(secret));
			assert.equal((await service.request(`/webhooks/${id}`, { method: 'DELETE' })).status, 200);
			assert.equal((await service.request(`/webhooks/${id}`)).status, 404);
			await send(service);
		});

		run('come in pages', async (service, receiver) => {
			const { id } = await make(service, { url: receiver.url });
			for (let number = 0; number < 5; number++) await post(service, `/webhooks/${id}/test`);
			const walked: string[] = [];
			for (let next: string | null = ''; next !== null; ) {
				const { body } = await service.request(`/webhooks/${id}/messages?limit=2${next && `&cursor=${next}`}`);
				walked.push(...body.messages.map((message: { id: string }) => message.id));
				next = body.next;
			}
			assert.equal(new Set(walked).size, 5);
			assert.equal((await service.request(`/webhooks/${id}/messages?limit=0`)).status, 400);
		});

		run('that are wrong are refused by the name of the field', async (service) => {
			const bad: [object, string][] = [
				[{}, 'url'],
				[{ url: 'x' }, 'url'],
				[{ url: 'https://a.example', events: ['gone'] }, 'events'],
				[{ url: 'https://a.example', events: [] }, 'events'],
				[{ url: 'https://a.example', secret: 'short' }, 'secret'],
				[{ url: 'https://a.example', method: 'GET' }, 'method'],
			];
			for (const [body, field] of bad) {
				const answer = await post(service, '/webhooks', body);
				assert.deepEqual([answer.status, Object.keys(answer.body.fields)], [400, [field]], JSON.stringify(body));
			}
		});
	});
}

test('private addresses are refused unless they are allowed, also behind a name and when the webhook was there before', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using receiver = await startReceiver();
	await using service = await startService(world);
	for (const url of [
		'https://127.0.0.1/',
		'https://localhost/',
		'https://[::1]:8443/',
		'https://169.254.169.254/',
		receiver.url,
	]) {
		const { status, body } = await service.request('/webhooks', { method: 'POST', body: { url } });
		assert.deepEqual([status, Object.keys(body.fields ?? {})], [400, ['url']], url);
	}
	await service.store
		.db<{ notifier_webhook: Record<string, unknown> }>()
		.insertInto('notifier_webhook')
		.values(
			[receiver.url, 'https://localhost:1/'].map((url, number) => ({
				id: `${number}`,
				url,
				secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
				events: '["sent"]',
				created_at: 1,
			})),
		)
		.execute();
	await service.request('/send?wait=60s', { method: 'POST', body: borrow });
	const messageOf = async (id: string) => (await service.request(`/webhooks/${id}/messages`)).body.messages[0];
	await until('it is refused', async () => (await messageOf('0'))?.error !== undefined);
	await until('the name, too', async () => (await messageOf('1'))?.error !== undefined);
	assert.equal((await messageOf('1')).error, 'must not lead to a private address');
	assert.equal(receiver.received.length, 0);
});
