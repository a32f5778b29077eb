import type { Table } from './table.ts';
import type { World } from './world.ts';

/** What a bot is beside a user. Its name stands with the user of the same id. */
export interface Bot {
	readonly user_id: string;
	description: string;
	/** Who made it, or to whom it was given. */
	owner_id: string;
	readonly create_at: number;
	update_at: number;
	/** When it was disabled; 0 while it works. */
	delete_at: number;
}

export class Bots {
	readonly table: Table<Bot>;

	constructor(world: World) {
		this.table = world.table<Bot>('bots', (bot) => bot.user_id);
	}

	get(userId: string): Bot | undefined {
		return this.table.get(userId);
	}
}
