import type { Logger } from 'pino';
import type { People } from '../chat/people.ts';
import type { ChannelEvent } from './channel-event.ts';
import type { Publication } from './effects.ts';

/** Puts the names beside what is told, and keeps the order: a name that has to be asked for holds up what comes after it. */
export class Announcer {
	readonly #people: People;
	readonly #logger: Logger;
	readonly #send: (key: string, event: ChannelEvent) => void;
	#queue: Promise<unknown> = Promise.resolve();
	#waiting = 0;

	constructor({
		people,
		logger,
		send,
	}: {
		people: People;
		logger: Logger;
		send: (key: string, event: ChannelEvent) => void;
	}) {
		this.#people = people;
		this.#logger = logger;
		this.#send = send;
	}

	announce({ key, userId, event }: Publication): void {
		const person = userId === '' ? null : this.#people.peek(userId);
		if (person !== undefined && this.#waiting === 0) {
			this.#send(key, event(person));
			return;
		}
		this.#waiting++;
		this.#queue = this.#queue
			.then(() => this.#people.get(userId))
			.catch((error: unknown) => {
				this.#logger.warn({ err: error }, 'a name could not be looked up');
				return null;
			})
			.then((found) => {
				this.#waiting--;
				this.#send(key, event(found));
			});
	}
}
