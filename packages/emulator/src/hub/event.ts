// A WebSocket event, encoded once for all who receive it: only `seq` and what is addressed to one user differ.

/** Who receives an event. The first that is set decides: connection, user, channel, team; nothing set is everybody. */
export interface Broadcast {
	/** Told, but not to these: `{ [userId]: true }`. */
	readonly omit_users?: Readonly<Record<string, true>> | null;
	/** With a user the event is for that user only; a channel or a team beside it is information. */
	readonly user_id?: string;
	readonly channel_id?: string;
	readonly team_id?: string;
	readonly connection_id?: string;
	readonly omit_connection_id?: string;
	/** Only for those who are not system administrators. */
	readonly contains_sanitized_data?: true;
	/** Only for system administrators. */
	readonly contains_sensitive_data?: true;
}

export type EventData = Readonly<Record<string, unknown>>;

/** What one user gets beside the shared data (`mentions`, `followers`); undefined: nothing. */
export type PerUser = (userId: string) => EventData | undefined;

export class HubEvent {
	readonly name: string;
	readonly broadcast: Broadcast;
	readonly #data: EventData;
	readonly #perUser: PerUser | undefined;
	readonly #tail: string;
	#shared: string | undefined;
	/** By number: connections that are as old have the same, so a thousand receivers need few frames. */
	readonly #frames = new Map<number, Buffer>();

	constructor(name: string, data: EventData, broadcast: Broadcast, perUser?: PerUser) {
		this.name = name;
		this.broadcast = broadcast;
		this.#data = data;
		this.#perUser = perUser;
		this.#tail = `,"broadcast":${JSON.stringify(filled(broadcast))},"seq":`;
	}

	frame(userId: string, seq: number): Buffer {
		const own = this.#perUser?.(userId);
		if (own) return Buffer.from(`${this.#encode({ ...this.#data, ...own })}${seq}}`);
		let frame = this.#frames.get(seq);
		if (!frame) {
			this.#shared ??= this.#encode(this.#data);
			frame = Buffer.from(`${this.#shared}${seq}}`);
			this.#frames.set(seq, frame);
		}
		return frame;
	}

	#encode(data: EventData): string {
		// The real server writes the keys of `data` in the order of the alphabet.
		const sorted: Record<string, unknown> = {};
		for (const key of Object.keys(data).sort()) sorted[key] = data[key];
		return `{"event":${JSON.stringify(this.name)},"data":${JSON.stringify(sorted)}${this.#tail}`;
	}
}

function filled(broadcast: Broadcast): object {
	return {
		omit_users: broadcast.omit_users ?? null,
		user_id: broadcast.user_id ?? '',
		channel_id: broadcast.channel_id ?? '',
		team_id: broadcast.team_id ?? '',
		connection_id: broadcast.connection_id ?? '',
		omit_connection_id: broadcast.omit_connection_id ?? '',
		...(broadcast.contains_sanitized_data ? { contains_sanitized_data: true } : {}),
		...(broadcast.contains_sensitive_data ? { contains_sensitive_data: true } : {}),
	};
}
