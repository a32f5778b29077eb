// Step 6 of the protocol: whatever went wrong, of two posts of one delivery the later one is deleted, counted and said aloud.
import type { Logger } from 'pino';
import type { Chat } from '../mattermost/chat.ts';
import { deliveryOf, type MarkedPost, split } from '../mattermost/marker.ts';
import { failureOf, isOfACall } from '../mattermost/outcome.ts';
import type { ServerClock } from '../mattermost/server-clock.ts';
import type { Delivery } from '../outbox/claim.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Metrics } from '../reporting/metrics.ts';
import type { LookUps } from './look-up.ts';

/** Deliveries looked at at once; those of one channel share a look. */
const batch = 16;

export interface AuditorOptions {
	readonly outbox: Outbox;
	readonly chat: Chat;
	readonly botUserId: () => string;
	readonly serverClock: ServerClock;
	readonly metrics: Metrics;
	readonly log: Logger;
}

type Due = Pick<Delivery, 'id' | 'channel_id' | 'sending_at' | 'first_attempt_at'> & { readonly now: number };

export class Auditor {
	readonly #options: AuditorOptions;
	/** Second posts that had to stay: each is counted and said once. */
	readonly #undeletable = new Set<string>();
	/** One after the other: two at once would find the same double twice. */
	#last: Promise<void> = Promise.resolve();

	constructor(options: AuditorOptions) {
		this.#options = options;
	}

	/** Looks for two posts of one delivery among these. Does not wait, and does not reject. */
	inspect(posts: readonly MarkedPost[]): void {
		const byDelivery = Map.groupBy(posts, (post) => deliveryOf(post, this.#options.botUserId()));
		for (const [id, found] of byDelivery) {
			const different = [...new Map(found.map((post) => [post.id, post])).values()];
			if (id === undefined || different.length < 2) continue;
			this.#last = this.#last
				.then(() => this.#remove(id, different))
				.catch((error: unknown) => {
					this.#options.log.warn({ delivery: id, err: error }, 'a second post could not be dealt with now');
				});
		}
	}

	/** Looks at the channels of deliveries that were tried more than once and whose time has come. */
	async auditDue(lookUps: LookUps): Promise<void> {
		for (;;) {
			const due = await this.#due();
			const audited = await Promise.all(due.map((delivery) => this.#audit(delivery, lookUps)));
			await this.#last;
			// Mattermost is away: next time.
			if (due.length < batch || audited.includes(false)) return;
		}
	}

	#due(): Promise<Due[]> {
		const { outbox } = this.#options;
		return outbox.db
			.selectFrom('notifier_delivery')
			.select(['id', 'channel_id', 'sending_at', 'first_attempt_at', outbox.now().as('now')])
			.where('audit_at', 'is not', null)
			.where('audit_at', '<=', outbox.now())
			.orderBy('audit_at')
			.limit(batch)
			.execute();
	}

	/** False: it could not be looked at. */
	async #audit({ id, channel_id, sending_at, first_attempt_at, now }: Due, lookUps: LookUps): Promise<boolean> {
		if (channel_id === null || sending_at === null || first_attempt_at === null)
			throw new Error(`bug: delivery ${id} was sent without an attempt`);
		try {
			// To the end of the time in question: what it comes by is inspected.
			const since = this.#options.serverClock.timeOf({ believed: first_attempt_at, age: now - sending_at });
			await lookUps.find(channel_id, id, since, { whole: true });
		} catch (error) {
			if (!isOfACall(error)) throw error;
			// A channel that can't be read any more is not tried for ever.
			if (failureOf(error).kind !== 'refused') return false;
		}
		await this.#options.outbox.db
			.updateTable('notifier_delivery')
			.set({ audit_at: null })
			.where('id', '=', id)
			.execute();
		return true;
	}

	/** Resolves when everything inspected so far is dealt with. */
	settled(): Promise<void> {
		return this.#last;
	}

	async #remove(id: string, posts: readonly MarkedPost[]): Promise<void> {
		const { outbox, chat, metrics, log } = this.#options;
		const { stays, go } = split(posts);
		if (!stays) return;
		for (const { id: postId } of go) {
			try {
				await chat.deletePost(postId);
			} catch (error) {
				const failure = failureOf(error);
				if (failure.kind !== 'refused') throw error;
				// Another process's auditor was first.
				if ((error as { status?: number }).status === 404 || this.#undeletable.has(postId)) continue;
				this.#undeletable.add(postId);
				metrics.doubled.inc();
				log.error(
					{ delivery: id, post: postId, reason: failure.reason },
					'a notification was posted twice, and the later post may not be deleted',
				);
				continue;
			}
			metrics.doubled.inc();
			log.error(
				{ delivery: id, deleted: postId, stays: stays.id },
				'a notification was posted twice: the later post was deleted',
			);
		}
		await outbox.db
			.updateTable('notifier_delivery')
			.set({ post_id: stays.id })
			.where('id', '=', id)
			.where('state', '=', 'sent')
			.execute();
	}
}
