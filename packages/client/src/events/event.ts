import { type EventData, jsonKeys } from './event-data.ts';

/** A name of the catalogue, or a plugin's own. Names that a newer server sends pass through as they are. */
export type EventType = keyof EventData | `custom_${string}`;

/** Whom the server sent it to. Empty strings mean "not restricted by this". */
export interface Broadcast {
	readonly omit_users: Readonly<Record<string, boolean>> | null;
	readonly user_id: string;
	readonly channel_id: string;
	readonly team_id: string;
	readonly connection_id: string;
	readonly omit_connection_id: string;
	/** Sent to those who are no system administrators; they get another version. */
	readonly contains_sanitized_data?: boolean;
	/** Sent to system administrators only. */
	readonly contains_sensitive_data?: boolean;
}

/** Restricted by nothing. */
export const toNobody: Broadcast = {
	omit_users: null,
	user_id: '',
	channel_id: '',
	team_id: '',
	connection_id: '',
	omit_connection_id: '',
};

/**
 * - `live`: as it happened
 * - `resumed`: replayed by the server after a short break, complete and in order
 * - `catch-up`: made up from the REST API after a longer break
 */
export type EventSource = 'live' | 'resumed' | 'catch-up';

export interface EventOf<T extends EventType> {
	readonly type: T;
	/** Decoded at the first look at it, once. */
	readonly data: T extends keyof EventData ? EventData[T] : Record<string, unknown>;
	readonly broadcast: Broadcast;
	/** The server's number of it in this connection; null for what the client made up. */
	readonly seq: number | null;
	readonly source: EventSource;
}

/** Any event: `event.type === 'posted'` tells what `event.data` is. */
export type StreamEvent = { [T in keyof EventData]: EventOf<T> }[keyof EventData] | EventOf<`custom_${string}`>;

/** What an event says, without its number: the same for all streams that get it, so that its data is decoded once for all. */
export class EventBody {
	readonly type: string;
	/** As it came: JSON strings inside are strings here. */
	readonly raw: Readonly<Record<string, unknown>>;
	readonly broadcast: Broadcast;
	#data: Readonly<Record<string, unknown>> | undefined;

	constructor(type: string, raw: Readonly<Record<string, unknown>>, broadcast: Broadcast) {
		this.type = type;
		this.raw = raw;
		this.broadcast = broadcast;
	}

	get data(): Readonly<Record<string, unknown>> {
		this.#data ??= decode(this.raw, jsonKeys[this.type as keyof EventData]);
		return this.#data;
	}
}

class DecodedEvent {
	readonly seq: number | null;
	readonly source: EventSource;
	readonly #body: EventBody;

	constructor(body: EventBody, seq: number | null, source: EventSource) {
		this.#body = body;
		this.seq = seq;
		this.source = source;
	}

	get type(): string {
		return this.#body.type;
	}

	get data(): unknown {
		return this.#body.data;
	}

	get broadcast(): Broadcast {
		return this.#body.broadcast;
	}

	/** `type` and `data` are read through the body: without this they would be missing in logs and JSON. */
	toJSON(): object {
		return { type: this.type, data: this.data, broadcast: this.broadcast, seq: this.seq, source: this.source };
	}

	[Symbol.for('nodejs.util.inspect.custom')](): object {
		return this.toJSON();
	}
}

export function eventOf(body: EventBody, seq: number | null, source: EventSource): StreamEvent {
	// What the server calls its events is known at run time only; the catalogue says what their data is.
	return new DecodedEvent(body, seq, source) as unknown as StreamEvent;
}

function decode(raw: Readonly<Record<string, unknown>>, keys: readonly string[] | undefined) {
	if (!keys) return raw;
	const data = { ...raw };
	for (const key of keys) {
		const json = data[key];
		if (typeof json === 'string') data[key] = parse(json);
	}
	return data;
}

/** A string that is no JSON (a plugin's, a newer server's) stays a string: one odd event must not end a stream. */
function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return json;
	}
}
