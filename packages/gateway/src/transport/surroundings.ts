import type { Logger } from 'pino';
import type { EngineOptions, Viewer } from '../engine/engine.ts';
import type { Limits } from '../engine/limits.ts';
import type { Metrics } from '../engine/metrics.ts';
import type { Operations } from '../engine/operations.ts';
import type { Codec } from './codec.ts';
import type { Session } from './session.ts';

/** What all sessions of an engine share. */
export interface SessionSurroundings<V extends Viewer> {
	readonly limits: Limits;
	readonly operations: Operations<V>;
	readonly authenticate: EngineOptions<V>['authenticate'];
	/** Counts one more socket of this viewer; false when that is one too many. */
	readonly admit: (viewer: V, session: Session<V>) => boolean;
	readonly leave: (viewer: V) => void;
	readonly metrics: Metrics;
	readonly logger: Logger;
	/** Told of each socket that is gone, with the close code. */
	readonly gone: (session: Session<V>, code: number) => void;
}

/** What came with the upgrade. */
export interface Arrival {
	readonly codec: Codec;
	/** The Authorization header of the upgrade. */
	readonly authorization: string | undefined;
	readonly requestId: string;
	readonly address: string;
	/** Milliseconds since 1970. */
	readonly now: number;
}
