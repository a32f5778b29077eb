import type { ServerResponse } from 'node:http';
import { serverReplaced } from '../engine/errors.ts';
import { untilOver } from '../until-over.ts';

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
		await untilOver(() => this.#underWay === 0, deadline);
	}
}
