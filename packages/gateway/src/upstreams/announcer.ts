import type { Logger } from 'pino';
import type { People } from '../chat/people.ts';
import type { Person } from '../chat/person.ts';
import type { Topics } from '../engine/engine.ts';
import { within } from '../within.ts';
import type { ChannelEvent } from './channel-event.ts';
import { CreationOrder } from './creation-order.ts';
import type { Publication } from './effects.ts';
import type { ChannelHistory } from './history.ts';
import type { PostPlaces } from './post-places.ts';

export interface AnnouncerOptions {
	readonly topics: Pick<Topics, 'alone'>;
	readonly people: Pick<People, 'peek' | 'get'>;
	readonly history: ChannelHistory;
	readonly places: Pick<PostPlaces, 'of'>;
	readonly logger: Logger;
	readonly send: (key: string, event: ChannelEvent) => void;
}

/** A message without its writer's name is better than one that comes after so many milliseconds. */
const patience = 2_000;

/**
 * Puts the names beside what is told, and has the places of posts recorded first. Keeps the order: what has to wait holds up what comes
 * after it, but many wait at the same time. Only a node that is alone takes the order of creation, as the others do that are.
 */
export class Announcer {
	readonly #options: AnnouncerOptions;
	readonly #order = new CreationOrder();
	#queue: Promise<unknown> = Promise.resolve();
	#waiting = 0;

	constructor(options: AnnouncerOptions) {
		this.#options = options;
	}

	announce(publication: Publication): void {
		const { topics, history } = this.#options;
		const { post, reaction } = publication;
		if (reaction && !history.states.react(reaction)) return;
		if (topics.alone) {
			const place = post && { position: history.positionOf(post), id: post.id };
			this.#order.hold(() => this.#tell(publication), place);
		} else {
			this.#order.flush();
			this.#tell(publication);
		}
	}

	/** Resolves when all that was announced has been told. */
	async told(): Promise<void> {
		if (!this.#order.isEmpty) await new Promise<void>((resolve) => this.#order.hold(resolve));
		await this.#queue;
	}

	#tell({ key, userId, event, post }: Publication): void {
		const { people, places, send } = this.#options;
		const place = post && places.of(post);
		const told = (person: Person | null): ChannelEvent =>
			place ? ({ ...event(person), position: place.position } as ChannelEvent) : event(person);
		const known = userId === '' ? null : people.peek(userId);
		if (known !== undefined && !place?.written && this.#waiting === 0) {
			send(key, told(known));
			return;
		}
		this.#waiting++;
		const ready = Promise.all([known === undefined ? this.#nameOf(userId) : known, place?.written]);
		this.#queue = this.#queue.then(async () => {
			const [person] = await ready;
			this.#waiting--;
			send(key, told(person));
		});
	}

	async #nameOf(userId: string): Promise<Person | null> {
		try {
			return await within(patience, () => this.#options.people.get(userId));
		} catch (error) {
			this.#options.logger.warn({ err: error, userId }, 'a name could not be looked up');
			return null;
		}
	}
}
