// Mattermost says that somebody was deactivated, not who: all who have something open are looked up.
import type { Entrance } from './accounts/entrance.ts';

/** Users looked up at once, one request after the other. */
const atOnce = 500;

export interface ViewerCheckOptions {
	readonly admin: Entrance;
	/** Mattermost ids of those who have something open. */
	readonly userIds: () => Iterable<string>;
	readonly deactivated: (userIds: readonly string[]) => Promise<void>;
	readonly failed: (error: unknown) => void;
	/** Asks the other nodes to look as well: one that covers no channel has no stream, and hears nothing of it. */
	readonly tellOthers: () => void;
}

export class ViewerCheck {
	readonly #options: ViewerCheckOptions;
	#running = false;
	#again = false;
	#isTold = true;

	constructor(options: ViewerCheckOptions) {
		this.#options = options;
	}

	/** A stream told of it, or may have missed it. */
	readonly request = (): void => {
		this.#isTold = false;
		this.asked();
	};

	/** A node told of it. Several calls while a check runs make one more. */
	readonly asked = (): void => {
		this.#again = true;
		if (!this.#running) void this.#run();
	};

	async #run(): Promise<void> {
		this.#running = true;
		try {
			while (this.#again) {
				this.#again = false;
				if (!this.#isTold) {
					this.#isTold = true;
					this.#options.tellOthers();
				}
				await this.#check([...new Set(this.#options.userIds())]);
			}
		} catch (error) {
			this.#options.failed(error);
		} finally {
			this.#running = false;
		}
	}

	async #check(userIds: readonly string[]): Promise<void> {
		for (let index = 0; index < userIds.length; index += atOnce) {
			const asked = userIds.slice(index, index + atOnce);
			const users = await this.#options.admin.use((mm) => mm.users.byIds(asked));
			const active = new Set(users.filter(({ delete_at }) => delete_at === 0).map(({ id }) => id));
			await this.#options.deactivated(asked.filter((userId) => !active.has(userId)));
		}
	}
}
