import { type RequestOptions, ValidationError } from '@matterkit/http';
import type {
	Channel,
	ChannelModerationPatch,
	ChannelNotifyProps,
	ChannelWithTeamData,
} from '@mattermost/types/channels';
import type { Pages } from '../pages.ts';
import { orNull, type PageParams, Resource, required } from './resource.ts';

/** `type` `O` (default): public; `P`: private. */
export type NewChannel = Partial<Channel> & { team_id: string; name: string; display_name: string; type?: 'O' | 'P' };
export type ChannelPatch = Partial<
	Pick<
		Channel,
		'name' | 'display_name' | 'purpose' | 'header' | 'group_constrained' | 'banner_info' | 'autotranslation'
	>
>;
export type ListChannels = PageParams & {
	team_id?: string;
	include_deleted?: boolean;
	exclude_default_channels?: boolean;
};
export type SearchChannels = PageParams & {
	team_ids?: string[];
	public?: boolean;
	private?: boolean;
	include_deleted?: boolean;
	exclude_default_channels?: boolean;
	exclude_remote?: boolean;
};

export class Channels extends Resource {
	async create(channel: NewChannel, options?: RequestOptions) {
		required({ team_id: channel.team_id, name: channel.name });
		return this.call('POST /api/v4/channels', [], { ...options, json: { type: 'O', ...channel } });
	}

	/** The direct channel of two users, or the group channel of three to eight; made when there is none yet. */
	async createDirect(userIds: readonly string[], options?: RequestOptions) {
		if (userIds.length < 2 || userIds.some((id) => !id))
			throw new ValidationError('createDirect: two user ids or more, none of them empty');
		if (userIds.length === 2) return this.call('POST /api/v4/channels/direct', [], { ...options, json: userIds });
		return this.call('POST /api/v4/channels/group', [], { ...options, json: userIds });
	}

	getById(channelId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}', [channelId], options);
	}

	/** null: no channel of that name in the team. */
	getByName(teamId: string, name: string, params?: { include_deleted?: boolean }, options?: RequestOptions) {
		const path = [teamId, name] as const;
		return orNull(
			this.call('GET /api/v4/teams/{team_id}/channels/name/{channel_name}', path, {
				...options,
				params: { ...params },
			}),
		);
	}

	/** null: no such team, or no channel of that name in it. */
	getByTeamName(teamName: string, name: string, params?: { include_deleted?: boolean }, options?: RequestOptions) {
		const path = [teamName, name] as const;
		return orNull(
			this.call('GET /api/v4/teams/name/{team_name}/channels/name/{channel_name}', path, {
				...options,
				params: { ...params },
			}),
		);
	}

	/** Public channels of a team. */
	getByTeam(teamId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/teams/{team_id}/channels', [teamId], params, options);
	}

	/** Public channels of a team by their ids. */
	getByIds(teamId: string, channelIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/teams/{team_id}/channels/ids', [teamId], { ...options, json: channelIds });
	}

	getPrivate(teamId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/teams/{team_id}/channels/private', [teamId], params, options);
	}

	getArchived(teamId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/teams/{team_id}/channels/deleted', [teamId], params, options);
	}

	/** Channels you are in, with direct and group channels. */
	getMyChannelsInTeam(
		teamId: string,
		params?: { include_deleted?: boolean; last_delete_at?: number },
		options?: RequestOptions,
	) {
		return this.getForUserInTeam('me', teamId, params, options);
	}

	getForUserInTeam(
		userId: string,
		teamId: string,
		params?: { include_deleted?: boolean; last_delete_at?: number },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/users/{user_id}/teams/{team_id}/channels', [userId, teamId], {
			...options,
			params: { ...params },
		});
	}

	/** Channels that a user is in, in all teams. */
	getForUser(
		userId: string,
		params?: { include_deleted?: boolean; last_delete_at?: number },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/users/{user_id}/channels', [userId], { ...options, params: { ...params } });
	}

	/**
	 * Every channel of the server that is not direct or group: for system admins. With `team_id` those of one team; the server
	 * has no such filter, so each page is what is left of one of its pages.
	 */
	listChannels(
		{ team_id, ...params }: ListChannels = {},
		options?: RequestOptions,
	): Pages<ChannelWithTeamData, number> {
		const all = this.pages('GET /api/v4/channels', [], params, options);
		return team_id === undefined ? all : all.filter((channel) => channel.team_id === team_id);
	}

	/** Channels of a team by the beginning of a word of their names; archived ones as well. */
	search(teamId: string, term: string, options?: RequestOptions) {
		return this.call('POST /api/v4/teams/{team_id}/channels/search', [teamId], { ...options, json: { term } });
	}

	/** Channels of all teams: for system admins. */
	async searchAll(term: string, params?: Omit<SearchChannels, 'page' | 'per_page'>, options?: RequestOptions) {
		const answer = await this.call('POST /api/v4/channels/search', [], { ...options, json: { ...params, term } });
		return Array.isArray(answer) ? answer : answer.channels;
	}

	/** Group channels by the names of their members. */
	searchGroup(term: string, options?: RequestOptions) {
		return this.call('POST /api/v4/channels/group/search', [], { ...options, json: { term } });
	}

	autocomplete(teamId: string, name: string, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/channels/autocomplete', [teamId], { ...options, params: { name } });
	}

	autocompleteForSearch(teamId: string, name: string, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/channels/search_autocomplete', [teamId], {
			...options,
			params: { name },
		});
	}

	/** Changes the given fields only. */
	update(channelId: string, fields: ChannelPatch, options?: RequestOptions) {
		return this.call('PUT /api/v4/channels/{channel_id}/patch', [channelId], { ...options, json: fields });
	}

	/** Replaces the whole channel. */
	replace(channel: Partial<Channel> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/channels/{channel_id}', [channel.id], { ...options, json: channel });
	}

	/** Archives. */
	delete(channelId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/channels/{channel_id}', [channelId], options);
	}

	restore(channelId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/channels/{channel_id}/restore', [channelId], options);
	}

	move(channelId: string, teamId: string, params?: { force?: boolean }, options?: RequestOptions) {
		const json = { ...params, team_id: teamId };
		return this.call('POST /api/v4/channels/{channel_id}/move', [channelId], { ...options, json });
	}

	setPrivacy(channelId: string, privacy: 'O' | 'P', options?: RequestOptions) {
		return this.call('PUT /api/v4/channels/{channel_id}/privacy', [channelId], { ...options, json: { privacy } });
	}

	setScheme(channelId: string, schemeId: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/channels/{channel_id}/scheme', [channelId], {
			...options,
			json: { scheme_id: schemeId },
		});
	}

	/** Makes a private channel of a group message. */
	convertGroupMessage(
		channelId: string,
		fields: { team_id: string; name: string; display_name: string },
		options?: RequestOptions,
	) {
		const json = { ...fields, channel_id: channelId };
		return this.call('POST /api/v4/channels/{channel_id}/convert_to_channel', [channelId], { ...options, json });
	}

	getStats(channelId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/stats', [channelId], options);
	}

	/** How many members each channel has, by channel id. */
	getMemberCounts(channelIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/channels/stats/member_count', [], { ...options, json: channelIds });
	}

	getPinnedPosts(channelId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/pinned', [channelId], options);
	}

	getTimezones(channelId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/timezones', [channelId], options);
	}

	/** Teams that all members of a group message share. */
	getCommonTeams(channelId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/common_teams', [channelId], options);
	}

	getMembers(channelId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/channels/{channel_id}/members', [channelId], params, options);
	}

	getMembersByIds(channelId: string, userIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/channels/{channel_id}/members/ids', [channelId], { ...options, json: userIds });
	}

	getMember(channelId: string, userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/members/{user_id}', [channelId, userId], options);
	}

	/** The memberships of a user in the channels of a team. */
	getMembershipsInTeam(userId: string, teamId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/teams/{team_id}/channels/members', [userId, teamId], options);
	}

	/** The memberships of a user in all channels. */
	getMembershipsOf(userId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/users/{user_id}/channel_members', [userId], params, options);
	}

	/** The user must be in the team. A second time changes nothing. */
	async addMember(channelId: string, userId: string, params?: { post_root_id?: string }, options?: RequestOptions) {
		required({ user_id: userId });
		const json = { ...params, user_id: userId };
		return this.call('POST /api/v4/channels/{channel_id}/members', [channelId], { ...options, json });
	}

	removeMember(channelId: string, userId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/channels/{channel_id}/members/{user_id}', [channelId, userId], options);
	}

	/** `roles` separated by spaces. */
	setMemberRoles(channelId: string, userId: string, roles: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/channels/{channel_id}/members/{user_id}/roles', [channelId, userId], {
			...options,
			json: { roles },
		});
	}

	setMemberSchemeRoles(
		channelId: string,
		userId: string,
		roles: { scheme_user: boolean; scheme_admin: boolean },
		options?: RequestOptions,
	) {
		return this.call('PUT /api/v4/channels/{channel_id}/members/{user_id}/schemeRoles', [channelId, userId], {
			...options,
			json: roles,
		});
	}

	async setAdmin(channelId: string, userId: string, options?: RequestOptions): Promise<true> {
		await this.setMemberSchemeRoles(channelId, userId, { scheme_user: true, scheme_admin: true }, options);
		return true;
	}

	async removeAdmin(channelId: string, userId: string, options?: RequestOptions): Promise<true> {
		await this.setMemberSchemeRoles(channelId, userId, { scheme_user: true, scheme_admin: false }, options);
		return true;
	}

	setNotifications(channelId: string, userId: string, fields: Partial<ChannelNotifyProps>, options?: RequestOptions) {
		const json = { ...fields, channel_id: channelId, user_id: userId };
		return this.call('PUT /api/v4/channels/{channel_id}/members/{user_id}/notify_props', [channelId, userId], {
			...options,
			json,
		});
	}

	/** Marks a channel as read, as opening it in the app does. */
	view(
		userId: string,
		channelId: string,
		params?: { prev_channel_id?: string; collapsed_threads_supported?: boolean },
		options?: RequestOptions,
	) {
		const json = { ...params, channel_id: channelId };
		return this.call('POST /api/v4/channels/members/{user_id}/view', [userId], { ...options, json });
	}

	markRead(userId: string, channelIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/channels/members/{user_id}/mark_read', [userId], { ...options, json: channelIds });
	}

	getUnread(userId: string, channelId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/channels/{channel_id}/unread', [userId, channelId], options);
	}

	getModerations(channelId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/moderations', [channelId], options);
	}

	patchModerations(channelId: string, moderations: readonly ChannelModerationPatch[], options?: RequestOptions) {
		return this.call('PUT /api/v4/channels/{channel_id}/moderations/patch', [channelId], {
			...options,
			json: moderations,
		});
	}

	getGroups(channelId: string, params?: PageParams & { q?: string }, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/groups', [channelId], { ...options, params: { ...params } });
	}

	getMemberCountsByGroup(channelId: string, params?: { include_timezones?: boolean }, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/member_counts_by_group', [channelId], {
			...options,
			params: { ...params },
		});
	}

	listMembersMinusGroupMembers(
		channelId: string,
		params: PageParams & { group_ids: string },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/channels/{channel_id}/members_minus_group_members', [channelId], {
			...options,
			params,
		});
	}
}
