import { profileFor } from '../accounts.ts';
import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, invalidBody, noSuchUser } from '../errors.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import type { Permission } from '../roles.ts';
import { type Route, route } from '../router.ts';
import type { Group, GroupMember } from '../world/groups.ts';
import { byUsername } from '../world/users.ts';

export const groupRoutes: readonly Route[] = [
	route('POST /api/v4/groups', (call) => {
		demandLicense(call);
		const fields = call.fields('group');
		const source = fields.string('source');
		if (source !== 'custom') throw new AppError(501, 'app.group.crud_permission', 'Only custom groups can be created.');
		demand.system(call, 'create_custom_group');
		const { now, world } = call;
		const userIds = fields.strings('user_ids');
		for (const id of userIds) if (!world.users.get(id)) throw noSuchUser();
		const group: Group = {
			id: newId(),
			name: fields.string('name'),
			display_name: fields.string('display_name'),
			description: fields.string('description'),
			source: 'custom',
			remote_id: null,
			create_at: now,
			update_at: now,
			delete_at: 0,
			allow_reference: fields.boolean('allow_reference'),
		};
		check(call, group);
		world.groups.table.insert(group);
		for (const id of userIds) addMember(call, group, id);
		publish(call, group);
		return created(view(call, group));
	}),

	route('GET /api/v4/groups', (call) => {
		demandLicense(call);
		const { from, to } = call.page();
		const { world } = call;
		const memberOf = call.asked('filter_has_member');
		const word = call.asked('q').toLowerCase();
		const groups = [...world.groups.table.values()]
			.filter((group) => group.delete_at === 0 || call.flag('include_archived') || call.flag('filter_archived'))
			.filter((group) => !call.flag('filter_archived') || group.delete_at > 0)
			.filter((group) => !call.flag('filter_allow_reference') || group.allow_reference)
			.filter((group) => call.asked('group_source') === '' || group.source === call.asked('group_source'))
			.filter((group) => memberOf === '' || isMember(call, group, memberOf))
			.filter(({ name, display_name }) => [name, display_name].some((text) => text.toLowerCase().includes(word)))
			.sort(byDisplayName);
		return groups.slice(from, to).map((group) => view(call, group, call.flag('include_member_count')));
	}),

	route('POST /api/v4/groups/names', (call) => {
		demandLicense(call);
		return call.strings('names').flatMap((name) => {
			const group = call.world.groups.named(name);
			return group && group.delete_at === 0 ? [view(call, group)] : [];
		});
	}),

	route('GET /api/v4/groups/{group_id}', (call) => view(call, groupWith(call), call.flag('include_member_count'))),

	route('PUT /api/v4/groups/{group_id}/patch', (call) => {
		const group = editable(call, 'edit_custom_group');
		const fields = call.fields('group');
		const changed = {
			...group,
			name: fields.optional('name') ?? group.name,
			display_name: fields.optional('display_name') ?? group.display_name,
			description: fields.optional('description') ?? group.description,
			allow_reference: fields.has('allow_reference') ? fields.boolean('allow_reference') : group.allow_reference,
			update_at: call.now,
		};
		check(call, changed);
		call.world.groups.table.update(group, changed);
		publish(call, group);
		return view(call, group);
	}),

	route('DELETE /api/v4/groups/{group_id}', (call) => {
		const group = editable(call, 'delete_custom_group');
		call.world.groups.table.update(group, { delete_at: call.now, update_at: call.now });
		publish(call, group);
		return ok;
	}),

	route('POST /api/v4/groups/{group_id}/restore', (call) => {
		const group = editable(call, 'restore_custom_group');
		call.world.groups.table.update(group, { delete_at: 0, update_at: call.now });
		publish(call, group);
		return ok;
	}),

	route('GET /api/v4/groups/{group_id}/stats', (call) => {
		const group = groupWith(call);
		return { group_id: group.id, total_member_count: call.world.groups.membersOf(group.id).size };
	}),

	route('GET /api/v4/groups/{group_id}/members', (call) => {
		const group = groupWith(call);
		const { from, to } = call.page();
		const users = [...call.world.groups.membersOf(group.id)]
			.flatMap(({ user_id }) => call.world.users.get(user_id) ?? [])
			.filter((user) => user.delete_at === 0)
			.sort(byUsername);
		const members = users.slice(from, to).map((user) => profileFor(call.site, call.user.id, user));
		return { members, total_member_count: users.length };
	}),

	route('POST /api/v4/groups/{group_id}/members', (call) => {
		const group = editable(call, 'manage_custom_group_members');
		const ids = call.fields('addGroupMembers').strings('user_ids');
		for (const id of ids) if (!call.world.users.get(id)) throw noSuchUser();
		return ids.map((id) => addMember(call, group, id));
	}),

	route('DELETE /api/v4/groups/{group_id}/members', (call) => {
		const group = editable(call, 'manage_custom_group_members');
		return call
			.fields('deleteGroupMembers')
			.strings('user_ids')
			.flatMap((id) => removeMember(call, group, id));
	}),

	route('GET /api/v4/users/{user_id}/groups', (call) => {
		demandLicense(call);
		if (call.params.user_id !== call.user.id) demand.system(call, 'edit_other_users');
		return call.world.groups
			.ofUser(call.params.user_id)
			.filter((group) => group.delete_at === 0)
			.sort(byDisplayName)
			.map((group) => view(call, group));
	}),
];

export function demandLicense({ site }: Call): void {
	if (site.settings.licensed) return;
	throw new AppError(403, 'api.license_error', 'Your license does not support groups.');
}

/** A group, whoever asks: groups are no secret. */
export function groupWith(call: Call<'group_id'>): Group {
	demandLicense(call);
	const group = call.world.groups.get(call.params.group_id);
	if (!group) throw new AppError(404, 'app.group.no_rows', 'No matching group found.');
	return group;
}

/** A custom group that the caller may change: its members may, and who has the permission in the system. */
function editable(call: Call<'group_id'>, permission: Permission): Group {
	const group = groupWith(call);
	if (group.source !== 'custom')
		throw new AppError(501, 'app.group.crud_permission', 'Only custom groups can be changed.');
	demand.system(call, permission);
	if (!isMember(call, group, call.user.id)) demand.system(call, 'manage_system');
	return group;
}

function check({ world }: Call, { id, name, display_name }: Group): void {
	if (display_name === '' || display_name.length > 128) {
		throw new AppError(400, 'model.group.display_name.app_error', 'Invalid display name for group.');
	}
	if (!/^[a-z0-9._-]{1,64}$/.test(name)) {
		throw new AppError(400, 'model.group.name.invalid_chars.app_error', 'Invalid characters in the name for group.');
	}
	const other = world.groups.named(name);
	if ((other && other.id !== id) || world.users.named(name)) {
		throw new AppError(400, 'app.custom_group.unique_name', 'The group name is not unique.');
	}
}

const isMember = ({ world }: Call, group: Group, userId: string) =>
	world.groups.members.get(`${group.id} ${userId}`)?.delete_at === 0;

function addMember(call: Call, group: Group, userId: string): GroupMember {
	const { members } = call.world.groups;
	const before = members.get(`${group.id} ${userId}`);
	const member = before
		? members.update(before, { create_at: call.now, delete_at: 0 })
		: members.insert({ group_id: group.id, user_id: userId, create_at: call.now, delete_at: 0 });
	call.hub.publish('group_member_add', { group_member: JSON.stringify(member) }, { user_id: userId });
	return member;
}

function removeMember(call: Call, group: Group, userId: string): GroupMember[] {
	const member = call.world.groups.members.get(`${group.id} ${userId}`);
	if (!member || member.delete_at > 0) throw invalidBody('user_ids');
	call.world.groups.members.update(member, { delete_at: call.now });
	call.hub.publish('group_member_deleted', { group_member: JSON.stringify(member) }, { user_id: userId });
	return [member];
}

function publish(call: Call, group: Group): void {
	call.hub.publish('received_group', { group: JSON.stringify(view(call, group, true)) }, {});
}

export function view({ world }: Call, group: Group, counted = false): object {
	const { delete_at, allow_reference, ...rest } = group;
	const hasSyncables = [...world.groups.syncables.values()].some(
		(syncable) => syncable.group_id === group.id && syncable.delete_at === 0,
	);
	return {
		...rest,
		delete_at,
		has_syncables: hasSyncables,
		...(counted ? { member_count: world.groups.membersOf(group.id).size } : {}),
		allow_reference,
	};
}

const byDisplayName = (a: Group, b: Group) => a.display_name.localeCompare(b.display_name);
