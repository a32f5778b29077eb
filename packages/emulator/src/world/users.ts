import type { Table } from './table.ts';
import type { World } from './world.ts';

export interface User {
	readonly id: string;
	create_at: number;
	update_at: number;
	delete_at: number;
	username: string;
	auth_service: string;
	email: string;
	email_verified: boolean;
	nickname: string;
	first_name: string;
	last_name: string;
	position: string;
	roles: string;
	notify_props: Record<string, string>;
	props: Record<string, string>;
	last_password_update: number;
	last_picture_update: number;
	failed_attempts: number;
	locale: string;
	timezone: Record<string, string>;
	/** Set for a bot; its row in `bots` has the rest. */
	is_bot: boolean;
	bot_description: string;
	/** Salt and hash, '' for a bot. */
	password: string;
}

export class Users {
	readonly table: Table<User>;
	readonly #byName;
	readonly #byEmail;

	constructor(world: World) {
		this.table = world.table<User>('users', (user) => user.id);
		this.#byName = this.table.by((user) => user.username);
		this.#byEmail = this.table.by((user) => user.email);
	}

	get(id: string): User | undefined {
		return this.table.get(id);
	}

	named(username: string): User | undefined {
		return this.#byName.one(username.toLowerCase());
	}

	withEmail(email: string): User | undefined {
		return this.#byEmail.one(email.toLowerCase());
	}

	/** In the order of the alphabet, as lists of users are. */
	all(): User[] {
		return [...this.table.values()].sort(byUsername);
	}
}

export const byUsername = (a: { username: string }, b: { username: string }) =>
	a.username < b.username ? -1 : a.username > b.username ? 1 : 0;
