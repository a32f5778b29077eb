import type { Table } from './table.ts';
import type { World } from './world.ts';

export interface Preference {
	readonly user_id: string;
	readonly category: string;
	readonly name: string;
	value: string;
}

const keyOf = (preference: Omit<Preference, 'value'>) =>
	`${preference.user_id} ${preference.category} ${preference.name}`;

export class Preferences {
	readonly table: Table<Preference>;
	readonly #byUser;

	constructor(world: World) {
		this.table = world.table<Preference>('preferences', keyOf);
		this.#byUser = this.table.by((preference) => preference.user_id);
	}

	get(userId: string, category: string, name: string): Preference | undefined {
		return this.table.get(keyOf({ user_id: userId, category, name }));
	}

	/** By category, then by name. */
	ofUser(userId: string): Preference[] {
		const order = (preference: Preference) => `${preference.category} ${preference.name}`;
		return [...this.#byUser.get(userId)].sort((a, b) => (order(a) < order(b) ? -1 : 1));
	}

	set(preference: Preference): void {
		const row = this.table.get(keyOf(preference));
		if (row) this.table.update(row, { value: preference.value });
		else this.table.insert({ ...preference });
	}
}
