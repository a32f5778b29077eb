// What can go wrong on demand, as objects that may be sent as JSON.
import { EmulatorError } from '../errors.ts';

/** For which requests, how often. */
export interface RequestScope {
	/** A name of Mattermost's route table (`POST /api/v4/posts`) or the beginning of a path (`/api/v4/files`). Default: all. */
	readonly route?: string;
	/** For so many requests, then it is over. Default: until it is taken away. */
	readonly times?: number;
	/** For that share of the requests, 0 to 1, by chance. Default 1. */
	readonly share?: number;
}

/** The answer comes later. */
export interface Latency extends RequestScope {
	readonly fault: 'latency';
	readonly milliseconds: number;
}

/** Refused with that status, without having acted. */
export interface StatusFault extends RequestScope {
	readonly fault: 'status';
	readonly status: number;
	/** Sent as it is. Default: what a proxy says, in HTML. */
	readonly body?: string;
	readonly headers?: Readonly<Record<string, string>>;
}

/** The connection is cut: before the server has acted, after it has, or in the middle of the body. */
export interface CutFault extends RequestScope {
	readonly fault: 'refuse' | 'drop_answer' | 'cut_body';
}

/** The body comes slowly. */
export interface SlowBody extends RequestScope {
	readonly fault: 'slow_body';
	readonly bytes_per_second: number;
}

export type RequestFault = Latency | StatusFault | CutFault | SlowBody;

/** Events that get their number but are never sent: the client sees a gap, and can't have them again. */
export interface EventGap {
	readonly fault: 'event_gap';
	/** On each connection. Default 1. */
	readonly events?: number;
	/** User name. Default: everybody. */
	readonly user?: string;
}

/** Posts are stored and told up to so much later than their `create_at`: writers overtake each other, none itself. */
export interface Reorder {
	readonly fault: 'reorder';
	readonly milliseconds: number;
}

/** So many posts a second are stored at most; the others wait for their turn. A real server made 420. */
export interface Speed {
	readonly fault: 'speed';
	readonly posts_per_second: number;
}

/** What lasts until it is taken away. */
export type Fault = RequestFault | EventGap | Reorder | Speed;

/** What happens once. */
export type Incident =
	| { readonly fault: 'drop_sockets'; readonly user?: string }
	| { readonly fault: 'half_open_sockets'; readonly user?: string }
	| { readonly fault: 'restart'; readonly milliseconds?: number }
	| { readonly fault: 'clock'; readonly advance: number };

type Kind = 'string' | 'number' | 'object';

const scope = { route: 'string?', times: 'number?', share: 'number?' } as const;

/** The fields of each, with a `?` where one may be left out. */
const known: Readonly<Record<(Fault | Incident)['fault'], Readonly<Record<string, Kind | `${Kind}?`>>>> = {
	latency: { milliseconds: 'number', ...scope },
	status: { status: 'number', body: 'string?', headers: 'object?', ...scope },
	refuse: scope,
	drop_answer: scope,
	cut_body: scope,
	slow_body: { bytes_per_second: 'number', ...scope },
	event_gap: { events: 'number?', user: 'string?' },
	reorder: { milliseconds: 'number' },
	speed: { posts_per_second: 'number' },
	drop_sockets: { user: 'string?' },
	half_open_sockets: { user: 'string?' },
	restart: { milliseconds: 'number?' },
	clock: { advance: 'number' },
};

/** @throws EmulatorError that says what is wrong and what there is. */
export function checkFault(given: unknown): Fault | Incident {
	const fields = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
	const name = String(fields.fault);
	if (!Object.hasOwn(known, name)) {
		throw new EmulatorError(
			`unknown fault ${JSON.stringify(fields.fault)}: known are ${Object.keys(known).join(', ')}`,
		);
	}
	const shape = known[name as keyof typeof known];
	for (const key of Object.keys(fields)) {
		if (key === 'fault' || key in shape) continue;
		throw new EmulatorError(
			`fault ${name}: ${key} is unknown, known are ${Object.keys(shape).join(', ') || 'no fields'}`,
		);
	}
	for (const [key, kind] of Object.entries(shape)) {
		const value = fields[key];
		if (value === undefined && kind.endsWith('?')) continue;
		const expected = kind.replace('?', '');
		if (
			typeof value !== expected ||
			value === null ||
			(expected === 'number' && !(Number(value) >= 0) && key !== 'advance')
		) {
			throw new EmulatorError(`fault ${name}: ${key} should be a ${expected}, but is ${JSON.stringify(value)}`);
		}
	}
	return given as Fault | Incident;
}
