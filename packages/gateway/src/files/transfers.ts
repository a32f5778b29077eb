import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { serverReplaced } from '../errors.ts';

/** The uploads and downloads under way. */
export class Transfers {
	#underWay = 0;
	#isDraining = false;

	/**
	 * Counts one until its answer is sent, or its client gone.
	 * @throws RequestError (503) when the server is being drained
	 */
	begin(response: ServerResponse): void {
		if (this.#isDraining) throw serverReplaced();
		this.#underWay++;
		response.once('close', () => {
			this.#underWay--;
		});
	}

	/** Takes no new ones, and waits until those under way are done, but not after `deadline` (milliseconds since 1970). */
	async finish(deadline: number): Promise<void> {
		this.#isDraining = true;
		while (this.#underWay > 0 && Date.now() < deadline) await delay(10);
	}
}
