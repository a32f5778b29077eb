import type { Table } from './table.ts';
import type { World } from './world.ts';

export interface Team {
	readonly id: string;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
	display_name: string;
	name: string;
	description: string;
	email: string;
	type: 'O' | 'I';
	company_name: string;
	allowed_domains: string;
	invite_id: string;
	allow_open_invite: boolean;
	scheme_id: string | null;
	group_constrained: boolean | null;
	last_team_icon_update: number;
}

export interface TeamMember {
	readonly team_id: string;
	readonly user_id: string;
	roles: string;
	delete_at: number;
	scheme_guest: boolean;
	scheme_user: boolean;
	scheme_admin: boolean;
	explicit_roles: string;
	readonly create_at: number;
}

export class Teams {
	readonly table: Table<Team>;
	readonly members: Table<TeamMember>;
	readonly #byName;
	readonly #byInvite;
	readonly #membersByTeam;
	readonly #membersByUser;

	constructor(world: World) {
		this.table = world.table<Team>('teams', (team) => team.id);
		this.#byName = this.table.by((team) => team.name);
		this.#byInvite = this.table.by((team) => team.invite_id);
		this.members = world.table<TeamMember>('team_members', (member) => `${member.team_id} ${member.user_id}`);
		// Who has left keeps a row with delete_at; the indexes hold who is there.
		this.#membersByTeam = this.members.by((member) => (member.delete_at === 0 ? member.team_id : undefined));
		this.#membersByUser = this.members.by((member) => (member.delete_at === 0 ? member.user_id : undefined));
	}

	get(id: string): Team | undefined {
		return this.table.get(id);
	}

	named(name: string): Team | undefined {
		return this.#byName.one(name);
	}

	invitedBy(inviteId: string): Team | undefined {
		return this.#byInvite.one(inviteId);
	}

	/** Also of somebody who has left (`delete_at`). */
	member(teamId: string, userId: string): TeamMember | undefined {
		return this.members.get(`${teamId} ${userId}`);
	}

	isMember(teamId: string, userId: string): boolean {
		return this.member(teamId, userId)?.delete_at === 0;
	}

	membersOf(teamId: string): ReadonlySet<TeamMember> {
		return this.#membersByTeam.get(teamId);
	}

	membershipsOf(userId: string): ReadonlySet<TeamMember> {
		return this.#membersByUser.get(userId);
	}

	/** Teams of a user that are not archived. */
	ofUser(userId: string): Team[] {
		const teams: Team[] = [];
		for (const member of this.membershipsOf(userId)) {
			const team = this.get(member.team_id);
			if (team && team.delete_at === 0) teams.push(team);
		}
		return teams;
	}
}
