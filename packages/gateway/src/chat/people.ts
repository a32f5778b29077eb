// The people whose names stand beside messages. Read with the administrator's token, so that one cache serves all viewers,
// and shown as any member may see them.
import type { Entrance } from '../accounts/entrance.ts';
import { Lru } from '../lru.ts';
import { Batches } from './batches.ts';
import { asSeenByAll, type Person, type Privacy, personOf } from './person.ts';

export interface PeopleOptions {
	readonly admin: Entrance;
	readonly privacy: () => Promise<Privacy>;
	readonly now?: () => number;
}

interface Known {
	readonly person: Person;
	readonly until: number;
}

/** Changes are heard while any event stream is open. Where none is, a name may be this old, in milliseconds. */
const freshFor = 300_000;

/** `POST /users/ids` takes about 10,000 ids (300,000 bytes of body); the answer should not be large either. */
const batchSize = 1_000;

export class People {
	readonly #options: PeopleOptions;
	readonly #known = new Lru<Known>({ entries: 50_000, weight: 50_000 });
	readonly #batches: Batches<Person>;

	constructor(options: PeopleOptions) {
		this.#options = options;
		this.#batches = new Batches((ids) => this.#fetch(ids), batchSize);
	}

	/** As others may see the person; null: there is no such user. */
	async get(userId: string): Promise<Person | null> {
		if (userId === '') return null;
		const known = this.#known.get(userId);
		if (known && known.until > this.#now()) return known.person;
		return (await this.#batches.get(userId)) ?? null;
	}

	/** The person if nothing has to be asked for. */
	peek(userId: string): Person | undefined {
		const known = this.#known.get(userId);
		return known && known.until > this.#now() ? known.person : undefined;
	}

	/** Somebody changed; the next look asks again. */
	forget(userId: string): void {
		this.#known.delete(userId);
	}

	async #fetch(ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
		const [users, privacy] = await Promise.all([
			this.#options.admin.use((mm) => mm.users.byIds(ids)),
			this.#options.privacy(),
		]);
		const people = users.map((user) => asSeenByAll(personOf(user), privacy));
		for (const person of people) this.#known.set(person.id, { person, until: this.#now() + freshFor }, 1);
		return new Map(people.map((person) => [person.id, person]));
	}

	#now(): number {
		return (this.#options.now ?? Date.now)();
	}
}
