// Mattermost says that somebody was deactivated, not who: all who have something open are looked up.
import type { Entrance } from '../accounts/entrance.ts';
import { chunks } from '../chunks.ts';
import { within } from '../within.ts';

/** Users looked up at once, one request after the other. */
const atOnce = 500;

export interface ViewerCheckOptions {
	readonly admin: Entrance;
	/** Mattermost ids of those who have something open. */
	readonly userIds: () => Iterable<string>;
	/** Ends what they have open, in this turn. */
	readonly deactivated: (userIds: readonly string[]) => void;
	/** Mattermost did not say in time. They must not hear what waits. */
	readonly unsure: (userIds: readonly string[], error: unknown) => void;
	/** How long Mattermost has to answer, in milliseconds. */
	readonly patience: number;
}

export class ViewerCheck {
	readonly #options: ViewerCheckOptions;
	#running: Promise<void> | undefined;
	#next: Promise<void> | undefined;

	constructor(options: ViewerCheckOptions) {
		this.#options = options;
	}

	/**
	 * Looks up everyone who is there when it begins, which is after this call; many calls while one runs share the next one.
	 * Never rejects. When it resolves, those who are not known to be active hear nothing any more.
	 */
	run(): Promise<void> {
		if (!this.#running && !this.#next) return this.#start();
		this.#next ??= Promise.resolve(this.#running).then(() => this.#start());
		return this.#next;
	}

	#start(): Promise<void> {
		this.#next = undefined;
		this.#running = this.#check().finally(() => {
			this.#running = undefined;
		});
		return this.#running;
	}

	async #check(): Promise<void> {
		const unknown = new Set(this.#options.userIds());
		try {
			await within(this.#options.patience, async (signal) => {
				for (const asked of chunks([...unknown], atOnce)) {
					const gone = new Set(await deactivatedAmong(this.#options.admin, asked, signal));
					if (gone.size > 0) this.#options.deactivated([...gone]);
					for (const userId of asked) unknown.delete(userId);
				}
			});
		} catch (error) {
			this.#options.unsure([...unknown], error);
		}
	}
}

/** Users that are not there count as deactivated. */
export async function deactivatedAmong(
	admin: Entrance,
	userIds: readonly string[],
	signal: AbortSignal,
): Promise<readonly string[]> {
	const users = await admin.use((mm) => mm.users.byIds(userIds, { signal }));
	const active = new Set(users.filter(({ delete_at }) => delete_at === 0).map(({ id }) => id));
	return userIds.filter((userId) => !active.has(userId));
}
