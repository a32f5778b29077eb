import type { LookUps } from '../certainty/look-up.ts';
import type { Witness } from '../certainty/witness.ts';
import type { Gate } from '../mattermost/gate.ts';
import type { ServerClock } from '../mattermost/server-clock.ts';
import type { Slots } from '../mattermost/slots.ts';
import type { Metrics } from '../reporting/metrics.ts';
import type { RetryPolicy } from '../timing/retry.ts';
import type { TargetContext } from './target.ts';

/** What every delivery needs of the process. */
export interface DeliverContext extends TargetContext {
	readonly gate: Gate;
	/** Calls to Mattermost at once. */
	readonly slots: Slots;
	readonly lookUps: LookUps;
	readonly witness: Witness;
	readonly serverClock: ServerClock;
	readonly metrics: Metrics;
	/** Milliseconds a call to Mattermost may take. */
	readonly postTimeout: number;
	/** Milliseconds of a lease. */
	readonly lease: number;
	/** Milliseconds after an attempt with unknown outcome during which it is not repeated. */
	readonly quietPeriod: number;
	/** Milliseconds after which the auditor looks for a second post of a delivery that was tried more than once. */
	readonly auditDelay: number;
	/** Of deliveries that have none of their own. */
	readonly retry: RetryPolicy;
	/** Told of the outcome. */
	readonly finished: (id: string) => void;
}
