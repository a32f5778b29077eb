import type { Priority } from './priority.ts';
import type { RetryPolicy } from './retry.ts';

/** When and how a notification goes out. All times are milliseconds since 1970. */
export interface Plan {
	/** Default: at once. A time that is over is at once too. */
	readonly sendAt?: number;
	/** When it is not wanted any more. Default: never. */
	readonly expiresAt?: number;
	/** Default `normal`. */
	readonly priority?: Priority;
	/** What it wants different from the service's policy. */
	readonly retry?: Partial<RetryPolicy>;
}
