import type { Table } from './table.ts';
import type { World } from './world.ts';

/** An emoji that somebody uploaded. */
export interface Emoji {
	readonly id: string;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
	readonly creator_id: string;
	readonly name: string;
}

export class Emojis {
	readonly table: Table<Emoji>;
	readonly #byName;

	constructor(world: World) {
		this.table = world.table<Emoji>('emojis', (emoji) => emoji.id);
		this.#byName = this.table.by((emoji) => (emoji.delete_at === 0 ? emoji.name : undefined));
	}

	get(id: string): Emoji | undefined {
		const emoji = this.table.get(id);
		return emoji?.delete_at === 0 ? emoji : undefined;
	}

	named(name: string): Emoji | undefined {
		return this.#byName.one(name);
	}

	all(): Emoji[] {
		return [...this.table.values()].filter((emoji) => emoji.delete_at === 0);
	}
}
