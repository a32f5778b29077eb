import type { RequestOptions } from '@matterkit/http';
import type { Team, TeamType } from '@mattermost/types/teams';
import { form, orNull, type PageParams, Resource, required } from './resource.ts';

/** `type` `O` (default): open to join; `I`: by invitation. */
export type NewTeam = Partial<Team> & { name: string; display_name: string; type?: TeamType };
export type TeamPatch = Partial<
	Pick<
		Team,
		| 'display_name'
		| 'description'
		| 'company_name'
		| 'allowed_domains'
		| 'invite_id'
		| 'allow_open_invite'
		| 'group_constrained'
	>
>;

export class Teams extends Resource {
	create(team: NewTeam, options?: RequestOptions) {
		return this.call('POST /api/v4/teams', [], { ...options, json: { type: 'O', ...team } });
	}

	/** Teams you may see: for a system admin all of them. */
	getAll(params?: PageParams & { exclude_policy_constrained?: boolean }, options?: RequestOptions) {
		return this.pages('GET /api/v4/teams', [], params, options);
	}

	getById(teamId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}', [teamId], options);
	}

	/** null: no team of that name. */
	getByName(name: string, options?: RequestOptions) {
		return orNull(this.call('GET /api/v4/teams/name/{team_name}', [name], options));
	}

	async exists(name: string, options?: RequestOptions) {
		return (await this.call('GET /api/v4/teams/name/{team_name}/exists', [name], options)).exists;
	}

	/** Teams that a user is in. */
	getForUser(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/teams', [userId], options);
	}

	search(
		term: string,
		params?: { allow_open_invite?: boolean; group_constrained?: boolean },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/teams/search', [], { ...options, json: { ...params, term } });
	}

	/** Changes the given fields only. */
	update(teamId: string, fields: TeamPatch, options?: RequestOptions) {
		return this.call('PUT /api/v4/teams/{team_id}/patch', [teamId], { ...options, json: fields });
	}

	/** Replaces the whole team. */
	replace(team: Partial<Team> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/teams/{team_id}', [team.id], { ...options, json: team });
	}

	/** Archives; `permanent` needs a server that allows it. */
	delete(teamId: string, params?: { permanent?: boolean }, options?: RequestOptions) {
		return this.call('DELETE /api/v4/teams/{team_id}', [teamId], { ...options, params: { ...params } });
	}

	restore(teamId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/teams/{team_id}/restore', [teamId], options);
	}

	setPrivacy(teamId: string, privacy: TeamType, options?: RequestOptions) {
		return this.call('PUT /api/v4/teams/{team_id}/privacy', [teamId], { ...options, json: { privacy } });
	}

	setScheme(teamId: string, schemeId: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/teams/{team_id}/scheme', [teamId], { ...options, json: { scheme_id: schemeId } });
	}

	regenerateInviteId(teamId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/teams/{team_id}/regenerate_invite_id', [teamId], options);
	}

	getStats(teamId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/stats', [teamId], options);
	}

	getMembers(
		teamId: string,
		params?: PageParams & { sort?: 'Username'; exclude_deleted_users?: boolean },
		options?: RequestOptions,
	) {
		return this.pages('GET /api/v4/teams/{team_id}/members', [teamId], params, options);
	}

	getMembersByIds(teamId: string, userIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/teams/{team_id}/members/ids', [teamId], { ...options, json: userIds });
	}

	getMember(teamId: string, userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/members/{user_id}', [teamId, userId], options);
	}

	/** The memberships of a user in all teams. */
	getMembershipsOf(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/teams/members', [userId], options);
	}

	/** A second time changes nothing. */
	async addMember(teamId: string, userId: string, options?: RequestOptions) {
		required({ user_id: userId });
		const json = { team_id: teamId, user_id: userId };
		return this.call('POST /api/v4/teams/{team_id}/members', [teamId], { ...options, json });
	}

	/** At most 256 at once. One result for each user, with `graceful` an error instead of a member for those who can't be added. */
	addMembers(teamId: string, userIds: readonly string[], params?: { graceful?: boolean }, options?: RequestOptions) {
		const json = userIds.map((userId) => ({ team_id: teamId, user_id: userId }));
		return this.call('POST /api/v4/teams/{team_id}/members/batch', [teamId], {
			...options,
			params: { ...params },
			json,
		});
	}

	/** Adds you, by the token of an invitation mail or the team's invite id. */
	join(params: { token: string } | { invite_id: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/teams/members/invite', [], { ...options, params });
	}

	removeMember(teamId: string, userId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/teams/{team_id}/members/{user_id}', [teamId, userId], options);
	}

	/** `roles` separated by spaces. */
	setMemberRoles(teamId: string, userId: string, roles: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/teams/{team_id}/members/{user_id}/roles', [teamId, userId], {
			...options,
			json: { roles },
		});
	}

	setMemberSchemeRoles(
		teamId: string,
		userId: string,
		roles: { scheme_user: boolean; scheme_admin: boolean },
		options?: RequestOptions,
	) {
		return this.call('PUT /api/v4/teams/{team_id}/members/{user_id}/schemeRoles', [teamId, userId], {
			...options,
			json: roles,
		});
	}

	async setAdmin(teamId: string, userId: string, options?: RequestOptions): Promise<true> {
		await this.setMemberSchemeRoles(teamId, userId, { scheme_user: true, scheme_admin: true }, options);
		return true;
	}

	async removeAdmin(teamId: string, userId: string, options?: RequestOptions): Promise<true> {
		await this.setMemberSchemeRoles(teamId, userId, { scheme_user: true, scheme_admin: false }, options);
		return true;
	}

	listMembersMinusGroupMembers(teamId: string, params: PageParams & { group_ids: string }, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/members_minus_group_members', [teamId], { ...options, params });
	}

	getGroups(teamId: string, params?: PageParams & { q?: string }, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/groups', [teamId], { ...options, params: { ...params } });
	}

	getGroupsByChannels(teamId: string, params?: PageParams & { q?: string }, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/groups_by_channels', [teamId], { ...options, params: { ...params } });
	}

	inviteByEmail(teamId: string, emails: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/teams/{team_id}/invite/email', [teamId], { ...options, json: emails });
	}

	inviteGuestsByEmail(
		teamId: string,
		invitation: { emails: string[]; channels: string[]; message?: string },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/teams/{team_id}/invite-guests/email', [teamId], { ...options, json: invitation });
	}

	cancelEmailInvitations(options?: RequestOptions) {
		return this.call('DELETE /api/v4/teams/invites/email', [], options);
	}

	getInviteInfo(inviteId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/invite/{invite_id}', [inviteId], options);
	}

	getUnread(userId: string, teamId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/teams/{team_id}/unread', [userId, teamId], options);
	}

	getAllUnread(
		userId: string,
		params?: { exclude_team?: string; include_collapsed_threads?: boolean },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/users/{user_id}/teams/unread', [userId], { ...options, params: { ...params } });
	}

	getImage(teamId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/image', [teamId], options);
	}

	setImage(teamId: string, image: Blob, options?: RequestOptions) {
		return this.call('POST /api/v4/teams/{team_id}/image', [teamId], { ...options, data: form({ image }) });
	}

	removeImage(teamId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/teams/{team_id}/image', [teamId], options);
	}
}
