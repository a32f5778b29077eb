// Where the emulator answers otherwise than the recorded server, and why. The replay test fails on a difference that is not
// here, and on a line here that is no longer true.

export interface KnownDifference {
	readonly recording: 'rest' | 'rate limiter' | 'default settings';
	/** `group: name` of the exchange, name of the conversation, or the call that caused events. */
	readonly where: string;
	/** The beginning of the difference as the replay prints it. */
	readonly what: string;
	readonly reason: string;
}

export const differences: readonly KnownDifference[] = [];
