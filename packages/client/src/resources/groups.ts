import type { RequestOptions } from '@matterkit/http';
import type { GetGroupsParams, Group, GroupCreateWithUserIds, SyncablePatch } from '@mattermost/types/groups';
import { type PageParams, Resource } from './resource.ts';

export type Syncable = 'teams' | 'channels';
export type ListGroups = GetGroupsParams & {
	q?: string;
	filter_has_member?: string;
	not_associated_to_team?: string;
	not_associated_to_channel?: string;
};

/** User groups, and the teams and channels that their members are in. */
export class Groups extends Resource {
	create(
		group: Partial<GroupCreateWithUserIds> & { name: string; display_name: string; user_ids: string[] },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/groups', [], {
			...options,
			json: { source: 'custom', allow_reference: true, ...group },
		});
	}

	list(params?: ListGroups, options?: RequestOptions) {
		return this.pages('GET /api/v4/groups', [], params, options);
	}

	get(groupId: string, params?: { include_member_count?: boolean }, options?: RequestOptions) {
		return this.call('GET /api/v4/groups/{group_id}', [groupId], { ...options, params: { ...params } });
	}

	getByNames(names: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/groups/names', [], { ...options, json: names });
	}

	/** Changes the given fields only. */
	update(
		groupId: string,
		fields: Partial<Pick<Group, 'name' | 'display_name' | 'description' | 'allow_reference'>>,
		options?: RequestOptions,
	) {
		return this.call('PUT /api/v4/groups/{group_id}/patch', [groupId], { ...options, json: fields });
	}

	/** Archives. */
	delete(groupId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/groups/{group_id}', [groupId], options);
	}

	restore(groupId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/groups/{group_id}/restore', [groupId], options);
	}

	getStats(groupId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/groups/{group_id}/stats', [groupId], options);
	}

	getMembers(groupId: string, params?: PageParams, options?: RequestOptions) {
		return this.call('GET /api/v4/groups/{group_id}/members', [groupId], { ...options, params: { ...params } });
	}

	addMembers(groupId: string, userIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/groups/{group_id}/members', [groupId], { ...options, json: { user_ids: userIds } });
	}

	removeMembers(groupId: string, userIds: readonly string[], options?: RequestOptions) {
		return this.call('DELETE /api/v4/groups/{group_id}/members', [groupId], {
			...options,
			json: { user_ids: userIds },
		});
	}

	getSyncables(groupId: string, type: Syncable, options?: RequestOptions) {
		return this.call('GET /api/v4/groups/{group_id}/{syncable_type}', [groupId, type], options);
	}

	getSyncable(groupId: string, type: Syncable, id: string, options?: RequestOptions) {
		return this.call('GET /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}', [groupId, type, id], options);
	}

	/** Puts the members of the group into a team or channel. */
	link(groupId: string, type: Syncable, id: string, fields?: Partial<SyncablePatch>, options?: RequestOptions) {
		const path = [groupId, type, id] as const;
		return this.call('POST /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/link', path, {
			...options,
			json: { auto_add: true, ...fields },
		});
	}

	unlink(groupId: string, type: Syncable, id: string, options?: RequestOptions) {
		return this.call(
			'DELETE /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/link',
			[groupId, type, id],
			options,
		);
	}

	updateLink(groupId: string, type: Syncable, id: string, fields: Partial<SyncablePatch>, options?: RequestOptions) {
		return this.call('PUT /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/patch', [groupId, type, id], {
			...options,
			json: fields,
		});
	}
}
