// What the machine is told, what it asks for, and what can be set.
import type { ConnectionLostError, UpgradeError } from './errors.ts';
import type { WaitingOptions } from './waiting.ts';

/**
 * - `idle`: not started
 * - `connecting`: a new connection is being made
 * - `resuming`: a connection is being made that goes on where the last one was cut
 * - `catching-up`: connected, and reading what was missed; what comes in meanwhile is held back
 * - `live`: connected, nothing is missing
 * - `waiting`: not connected, for a moment
 * - `closed`: ended by its user
 * - `refused`: ended by an error that another try would not change
 */
export type StreamState =
	| 'idle'
	| 'connecting'
	| 'resuming'
	| 'catching-up'
	| 'live'
	| 'waiting'
	| 'closed'
	| 'refused';

/** Where a connection can be resumed: the server's name for it and the number of the next event. */
export interface ResumePoint {
	readonly connectionId: string;
	readonly seq: number;
}

export type Input =
	/** `behind`: something is missing since a stored position, which a resume may bring back or not. */
	| { readonly kind: 'start'; readonly resume?: ResumePoint; readonly behind: boolean }
	| { readonly kind: 'opened' }
	| { readonly kind: 'hello'; readonly connectionId: string }
	| { readonly kind: 'pong' }
	/** The ping was answered with "not authenticated". */
	| { readonly kind: 'deaf' }
	| { readonly kind: 'ended'; readonly error: UpgradeError | ConnectionLostError }
	/** Events are missing before the one that came. */
	| { readonly kind: 'gap' }
	| { readonly kind: 'probed'; readonly token: 'good' | 'refused' | 'unknown' }
	/** `steady`: the token opened the same sessions all the time, so that the server kept nothing from it. False: perhaps not. */
	| { readonly kind: 'looked'; readonly steady: boolean }
	| { readonly kind: 'caught-up' }
	| { readonly kind: 'catch-up-failed'; readonly error: Error }
	/** Something is missing: more came than could be kept. */
	| { readonly kind: 'missed' }
	/** The network seems to be back. */
	| { readonly kind: 'network' }
	| { readonly kind: 'time' }
	/** It can't even begin. */
	| { readonly kind: 'refuse'; readonly error: Error }
	| { readonly kind: 'close' };

export type Effect =
	| { readonly do: 'open'; readonly resume: ResumePoint | undefined }
	| { readonly do: 'drop' }
	| { readonly do: 'ping' }
	/** Ask GET /users/me whether the token is good; that it was asked keeps the resume window of a silent listener open. */
	| { readonly do: 'probe' }
	/** See whether the token was without effect for a while: the server sends nothing then, and no number shows it. */
	| { readonly do: 'look' }
	/** What is held back may lie behind a gap. */
	| { readonly do: 'distrust' }
	| { readonly do: 'catch-up' }
	| { readonly do: 'stop-catch-up' }
	/** Give out what was held back. */
	| { readonly do: 'release' }
	| { readonly do: 'end'; readonly error: Error | undefined };

export interface MachineOptions {
	/** Milliseconds from ping to ping. */
	readonly heartbeat: number;
	/** Milliseconds for the answer to a ping, if nothing else comes either. */
	readonly deadline: number;
	/** Milliseconds for an upgrade and for the first answer after it. */
	readonly connectTimeout: number;
	/** Milliseconds between calls that keep the resume window of the server open (it closes after about 5 minutes). */
	readonly touch: number;
	/** Milliseconds after which a connection counts as healthy, so that the next failure is the first. */
	readonly healthy: number;
	readonly waiting: WaitingOptions;
}

export const machineDefaults: MachineOptions = {
	// 24 + 5 seconds: a half-open connection is found within 30.
	heartbeat: 24_000,
	deadline: 5_000,
	connectTimeout: 10_000,
	touch: 240_000,
	healthy: 30_000,
	waiting: { shortest: 500, longest: 30_000 },
};
