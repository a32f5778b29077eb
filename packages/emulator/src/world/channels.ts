import type { Table } from './table.ts';
import type { World } from './world.ts';

export type ChannelType = 'O' | 'P' | 'D' | 'G';

export interface Channel {
	readonly id: string;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
	team_id: string;
	type: ChannelType;
	display_name: string;
	name: string;
	header: string;
	purpose: string;
	/** May be later than the newest post's create_at, and goes back when that is deleted. */
	last_post_at: number;
	total_msg_count: number;
	creator_id: string;
	props: Record<string, unknown> | null;
	group_constrained: boolean | null;
	/** null in a team, false for direct and group messages. */
	shared: boolean | null;
	total_msg_count_root: number;
	last_root_post_at: number;
	banner_info: object | null;
	/** Changes with the members, for ETags. */
	extra_update_at: number;
}

export interface ChannelMember {
	readonly channel_id: string;
	readonly user_id: string;
	roles: string;
	last_viewed_at: number;
	msg_count: number;
	mention_count: number;
	mention_count_root: number;
	urgent_mention_count: number;
	msg_count_root: number;
	notify_props: Record<string, string>;
	last_update_at: number;
	scheme_guest: boolean;
	scheme_user: boolean;
	scheme_admin: boolean;
	explicit_roles: string;
	autotranslation_disabled: boolean;
}

export class Channels {
	readonly table: Table<Channel>;
	readonly members: Table<ChannelMember>;
	readonly #byTeam;
	readonly #byName;
	readonly #membersByChannel;
	readonly #membersByUser;

	constructor(world: World) {
		this.table = world.table<Channel>('channels', (channel) => channel.id);
		this.#byTeam = this.table.by((channel) => channel.team_id);
		this.#byName = this.table.by((channel) => `${channel.team_id} ${channel.name}`);
		this.members = world.table<ChannelMember>('channel_members', (member) => `${member.channel_id} ${member.user_id}`);
		this.#membersByChannel = this.members.by((member) => member.channel_id);
		this.#membersByUser = this.members.by((member) => member.user_id);
	}

	get(id: string): Channel | undefined {
		return this.table.get(id);
	}

	/** Team '' for direct and group messages. Archived channels too. */
	named(teamId: string, name: string): Channel | undefined {
		return this.#byName.one(`${teamId} ${name}`);
	}

	ofTeam(teamId: string): ReadonlySet<Channel> {
		return this.#byTeam.get(teamId);
	}

	member(channelId: string, userId: string): ChannelMember | undefined {
		return this.members.get(`${channelId} ${userId}`);
	}

	isMember(channelId: string, userId: string): boolean {
		return this.members.has(`${channelId} ${userId}`);
	}

	membersOf(channelId: string): ReadonlySet<ChannelMember> {
		return this.#membersByChannel.get(channelId);
	}

	membershipsOf(userId: string): ReadonlySet<ChannelMember> {
		return this.#membersByUser.get(userId);
	}
}

/** In the order of the alphabet by display name, as lists of channels are. */
export const byDisplayName = (a: Channel, b: Channel) =>
	a.display_name.toLowerCase() < b.display_name.toLowerCase() ? -1 : 1;
