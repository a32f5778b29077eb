import type { ResumePoint } from './machine-inputs.ts';

/** Which events of the present connection came, by their numbers: those follow each other without a gap. */
export class Numbers {
	#connectionId: string | undefined;
	#next = 0;
	/** What was missing last. */
	#gapAt: number | undefined;

	/** Where a later connection could go on, as of now. */
	get resumeAt(): ResumePoint | undefined {
		return this.#connectionId === undefined ? undefined : { connectionId: this.#connectionId, seq: this.#next };
	}

	/** Goes on with a connection of before a restart. */
	restore({ connectionId, seq }: ResumePoint): void {
		this.#connectionId = connectionId;
		this.#next = seq;
	}

	/** A new connection, whose hello has the number 0. */
	begin(connectionId: string): void {
		this.#connectionId = connectionId;
		this.#next = 1;
		this.#gapAt = undefined;
	}

	/** Nothing can be had of it any more. */
	giveUp(): void {
		this.#connectionId = undefined;
	}

	come(seq: number): 'next' | 'ignore' | 'gap' {
		// Before the first hello there is no connection whose events these could be. Numbers from before the asked one come again
		// when the server's memory is cut more coarsely.
		if (this.#connectionId === undefined || seq < this.#next) return 'ignore';
		if (seq > this.#next) return 'gap';
		this.#next = seq + 1;
		return 'next';
	}

	/** @returns the number that is missing, and whether it was when asked for before */
	missing(): { seq: number; again: boolean } {
		const again = this.#gapAt === this.#next;
		this.#gapAt = this.#next;
		return { seq: this.#next, again };
	}
}
