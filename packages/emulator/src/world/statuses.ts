import type { Table } from './table.ts';
import type { World } from './world.ts';

export type StatusName = 'online' | 'away' | 'dnd' | 'offline' | 'ooo';

export interface Status {
	readonly user_id: string;
	status: StatusName;
	manual: boolean;
	last_activity_at: number;
	/** Seconds since 1970; 0: no end. */
	dnd_end_time: number;
	/** What `dnd` goes back to. */
	before: StatusName;
}

export class Statuses {
	readonly table: Table<Status>;

	constructor(world: World) {
		this.table = world.table<Status>('statuses', (status) => status.user_id, { kept: false });
	}

	get(userId: string): Status | undefined {
		return this.table.get(userId);
	}
}
