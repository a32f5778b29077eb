import type { Table } from './table.ts';
import type { World } from './world.ts';

/** A group of users that can be mentioned by its name. */
export interface Group {
	readonly id: string;
	name: string;
	display_name: string;
	description: string;
	/** `custom` where users made it, `ldap` where it comes from a directory. */
	readonly source: 'custom' | 'ldap';
	readonly remote_id: string | null;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
	allow_reference: boolean;
}

export interface GroupMember {
	readonly group_id: string;
	readonly user_id: string;
	create_at: number;
	delete_at: number;
}

/** A team or a channel whose members a group of a directory decides. */
export interface GroupSyncable {
	readonly group_id: string;
	readonly type: 'teams' | 'channels';
	readonly syncable_id: string;
	auto_add: boolean;
	scheme_admin: boolean;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
}

export class Groups {
	readonly table: Table<Group>;
	readonly members: Table<GroupMember>;
	readonly syncables: Table<GroupSyncable>;
	readonly #byName;
	readonly #membersOf;
	readonly #groupsOf;

	constructor(world: World) {
		this.table = world.table<Group>('groups', (group) => group.id);
		this.#byName = this.table.by((group) => group.name);
		this.members = world.table<GroupMember>('group_members', (member) => `${member.group_id} ${member.user_id}`);
		this.#membersOf = this.members.by((member) => (member.delete_at === 0 ? member.group_id : undefined));
		this.#groupsOf = this.members.by((member) => (member.delete_at === 0 ? member.user_id : undefined));
		this.syncables = world.table<GroupSyncable>(
			'group_syncables',
			(syncable) => `${syncable.group_id} ${syncable.type} ${syncable.syncable_id}`,
		);
	}

	get(id: string): Group | undefined {
		return this.table.get(id);
	}

	named(name: string): Group | undefined {
		return this.#byName.one(name);
	}

	membersOf(groupId: string): ReadonlySet<GroupMember> {
		return this.#membersOf.get(groupId);
	}

	ofUser(userId: string): Group[] {
		return [...this.#groupsOf.get(userId)].flatMap(({ group_id }) => this.get(group_id) ?? []);
	}

	syncable(groupId: string, type: string, id: string): GroupSyncable | undefined {
		const syncable = this.syncables.get(`${groupId} ${type} ${id}`);
		return syncable?.delete_at === 0 ? syncable : undefined;
	}

	/** Those that decide who is in a team or a channel. */
	linkedTo(type: 'teams' | 'channels', id: string): Group[] {
		return [...this.syncables.values()]
			.filter((syncable) => syncable.type === type && syncable.syncable_id === id && syncable.delete_at === 0)
			.flatMap(({ group_id }) => this.get(group_id) ?? []);
	}
}
