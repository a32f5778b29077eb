// What people write first: a table of what is to be sent, and a loop that posts each row until the answer is 201.
import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '@matterkit/store';
import Fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';

export interface NaiveOptions {
	readonly store: Store;
	readonly mattermost: { readonly url: string; readonly botToken: string };
	/** Milliseconds for one try. */
	readonly postTimeout: number;
	/** Give Mattermost a `pending_post_id` that is the same for every try. */
	readonly pendingPostId: boolean;
}

const slots = 10;

interface Row {
	readonly id: string;
	readonly channel_id: string;
	readonly message: string;
}

/** The same API as far as the chaos run uses it; `channelOf` finds the direct channel of a person. */
export async function startNaive(
	{ store, mattermost, postTimeout, pendingPostId }: NaiveOptions,
	channelOf: (username: string) => string,
): Promise<FastifyInstance> {
	await store.migrate('naive', [
		{
			id: '001-job',
			up: async (db) =>
				void (await sql`create table job (id text primary key, channel_id text not null, message text not null, sent integer not null)`.execute(
					db,
				)),
		},
	]);
	const app = Fastify();
	app.post('/api/notifications/send', async (request, reply) => {
		const { requestId, mattermostUsername } = request.body as { requestId: number; mattermostUsername: string };
		const message = `Your request has been approved: https://devices.example.com/borrow/${requestId}`;
		await sql`
			insert into job values (${`request-${requestId}`}, ${channelOf(mattermostUsername)}, ${message}, 0)
			on conflict do nothing`.execute(store.db());
		return reply.code(202).send({ success: true });
	});
	app.get('/api/notifications/status', async () => {
		const { rows } = await sql<{ left: number }>`select count(*) as left from job where sent = 0`.execute(store.db());
		return { deliveries: { pending: rows[0]?.left ?? 0 } };
	});

	const post = async ({ id, channel_id, message }: Row): Promise<void> => {
		const body = { channel_id, message, ...(pendingPostId && { pending_post_id: id }) };
		for (;;) {
			try {
				const response = await fetch(`${mattermost.url}/api/v4/posts`, {
					method: 'POST',
					headers: { authorization: `Bearer ${mattermost.botToken}` },
					body: JSON.stringify(body),
					signal: AbortSignal.timeout(postTimeout),
				});
				await response.arrayBuffer();
				if (response.status === 201) break;
			} catch {
				// Refused, cut, too late: again.
			}
			await delay(200);
		}
		await sql`update job set sent = 1 where id = ${id}`.execute(store.db());
	};
	const taken = new Set<string>();
	const slot = async (): Promise<void> => {
		for (;;) {
			const { rows } = await sql<Row>`
				select id, channel_id, message from job where sent = 0 order by id limit ${slots + 1}`.execute(store.db());
			const row = rows.find(({ id }) => !taken.has(id));
			if (!row) {
				await delay(50);
				continue;
			}
			taken.add(row.id);
			await post(row);
			taken.delete(row.id);
		}
	};
	for (let started = 0; started < slots; started++) void slot();
	return app;
}
