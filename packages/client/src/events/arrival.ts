/** What is known of a connection since it was begun: is it a new one, and has all come that the server had kept for it? */
export class Arrival {
	/** The upgrade is through; before that no frame counts. */
	open = false;
	/** A hello came: it is a new connection. */
	fresh = false;
	/** The first ping was answered: what was to be replayed has been. */
	barrier = false;
	/** Resumed, and it is not known yet whether the server told this token everything. */
	unsure = false;

	/** The events that come now were missed before: the server replays them. */
	get replaying(): boolean {
		return this.open && !this.barrier && !this.fresh;
	}

	/** Nothing is on its way any more of what was before the connection. */
	get complete(): boolean {
		return this.barrier && !this.unsure;
	}
}
