import type { Clock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import type { Hub } from './hub/hub.ts';
import type { PendingPosts } from './pending-posts.ts';
import type { Settings } from './settings.ts';
import type { World } from './world/world.ts';

/** One emulated Mattermost: what handlers and operations of the world are given. */
export interface Site {
	readonly world: World;
	readonly hub: Hub;
	readonly clock: Clock;
	readonly settings: Settings;
	/** What was posted in the last 30 seconds, so that a repeat makes no second post. */
	readonly pending: PendingPosts;
	readonly faults: Faults;
}
