// What a client may ask for. Each limit is refused with an error that names the limit and its value.

export interface Limits {
	/** Bytes of one HTTP body or WebSocket message. A socket that sends more is closed with 1009. Default 262,144. */
	readonly messageBytes: number;
	/** Tokens of a document; parsing stops there. Default 2,000. */
	readonly tokens: number;
	/** Levels of fields within fields. Introspection is not counted. Default 12. */
	readonly depth: number;
	/** Sum of the fields' costs, where a list multiplies what is inside by its page size. Default 10,000. */
	readonly cost: number;
	/** Aliased fields in a document. Default 30. */
	readonly aliases: number;
	/** The largest page that may be asked for. Default 200, Mattermost's own. */
	readonly pageSize: number;
	/** Operations that are open on one socket at a time, held ones included. Default 100. */
	readonly operationsPerSocket: number;
	/**
	 * Sockets and event streams of one user on this node; one more is closed with 4429, or refused with 429. Default 50: a browser with
	 * many tabs, a phone and a laptop, but not somebody's loop that forgets to close. Raise it where one account serves many people.
	 */
	readonly socketsPerUser: number;
	/**
	 * Sockets on this node that have not said (yet) whose they are; at one more the oldest of them is closed with 4408. A client that is at
	 * it needs a moment, those who only hold sockets open are the oldest. Default 10,000: as many as come back at once after a restart.
	 */
	readonly socketsWithoutUser: number;
	/** Time until connection_init, in milliseconds, then 4408. Default 10,000. */
	readonly initTimeout: number;
	/** Time that a socket may be without any operation, in milliseconds, then 4408. Default 600,000. */
	readonly idleTimeout: number;
	/** Time in which a socket must answer a ping, in milliseconds; then it is dead. Pings go out at the same interval. Default 30,000. */
	readonly pingInterval: number;
	/** How long before its token ends a socket is warned, in milliseconds. Default 60,000. */
	readonly expiryWarning: number;
	/** Bytes that wait for a slow reader; one more message and it is closed with 1013. Default 1,048,576. */
	readonly queueBytes: number;
	/** Live events that wait while an operation replays what it missed; more end the operation. Default 10,000. */
	readonly heldEvents: number;
	/** Documents kept parsed and checked; the least used goes first. Default 1,000. */
	readonly documents: number;
}

export type LimitOptions = Partial<Limits>;

export const defaultLimits: Limits = {
	messageBytes: 262_144,
	tokens: 2_000,
	depth: 12,
	cost: 10_000,
	aliases: 30,
	pageSize: 200,
	operationsPerSocket: 100,
	socketsPerUser: 50,
	socketsWithoutUser: 10_000,
	initTimeout: 10_000,
	idleTimeout: 600_000,
	pingInterval: 30_000,
	expiryWarning: 60_000,
	queueBytes: 1_048_576,
	heldEvents: 10_000,
	documents: 1_000,
};
