// Making and changing the channels of a team.
import { insertMember, joined, newChannel } from './channel-membership.ts';
import { AppError } from './errors.ts';
import type { Fields } from './fields.ts';
import { systemPost } from './posting.ts';
import type { Site } from './site.ts';
import type { Channel } from './world/channels.ts';
import type { User } from './world/users.ts';

/** A channel as answers have it; keys in the order of the recordings. */
export function channelView(channel: Channel): Record<string, unknown> {
	return {
		id: channel.id,
		create_at: channel.create_at,
		update_at: channel.update_at,
		delete_at: channel.delete_at,
		team_id: channel.team_id,
		type: channel.type,
		display_name: channel.display_name,
		name: channel.name,
		header: channel.header,
		purpose: channel.purpose,
		last_post_at: channel.last_post_at,
		total_msg_count: channel.total_msg_count,
		extra_update_at: 0,
		creator_id: channel.creator_id,
		scheme_id: null,
		props: channel.props,
		group_constrained: channel.group_constrained,
		autotranslation: false,
		shared: channel.shared,
		total_msg_count_root: channel.total_msg_count_root,
		policy_id: null,
		last_root_post_at: channel.last_root_post_at,
		banner_info: channel.banner_info,
		policy_enforced: false,
		policy_is_active: false,
		default_category_name: '',
	};
}

export const noSuchChannel = (id: string) =>
	new AppError(404, 'app.channel.get.existing.app_error', `Unable to find the existing channel ${id}.`);

export function channelWith(site: Site, id: string): Channel {
	const channel = site.world.channels.get(id);
	if (!channel) throw noSuchChannel(id);
	return channel;
}

export interface NewChannel {
	readonly team_id: string;
	readonly name: string;
	readonly display_name: string;
	readonly type: string;
	readonly purpose?: string;
	readonly header?: string;
}

export function checkChannel({
	name,
	display_name,
	type,
	header = '',
	purpose = '',
}: Omit<NewChannel, 'team_id'>): void {
	if (display_name.length > 64) {
		throw new AppError(400, 'model.channel.is_valid.display_name.app_error', 'Invalid display name.');
	}
	if (!/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/.test(name)) {
		throw new AppError(
			400,
			'model.channel.is_valid.1_or_more.app_error',
			'Name must be 1 or more lowercase alphanumeric character.',
		);
	}
	if (type !== 'O' && type !== 'P') throw new AppError(400, 'model.channel.is_valid.type.app_error', 'Invalid type.');
	if (header.length > 1024) throw new AppError(400, 'model.channel.is_valid.header.app_error', 'Invalid header.');
	if (purpose.length > 250) throw new AppError(400, 'model.channel.is_valid.purpose.app_error', 'Invalid purpose.');
}

export function createChannel(site: Site, creator: User, given: NewChannel): Channel {
	checkChannel(given);
	if (site.world.channels.named(given.team_id, given.name)) {
		throw new AppError(
			400,
			'store.sql_channel.save_channel.exists.app_error',
			'A channel with that name already exists on the same team.',
		);
	}
	const { purpose = '', header = '' } = given;
	const type = given.type === 'P' ? 'P' : 'O';
	const channel = newChannel(site, { ...given, type, purpose, header, creator_id: creator.id });
	// What the answer shows: the post that says who joined comes after.
	const made = { ...channel };
	insertMember(site, channel, creator.id, true);
	systemPost(site, channel, creator.id, joined(creator));
	const data = { channel_id: channel.id, team_id: channel.team_id };
	site.hub.publish('channel_created', data, { user_id: creator.id });
	return made;
}

export function publishChannel(site: Site, channel: Channel): void {
	site.hub.publish('channel_updated', { channel: JSON.stringify(channelView(channel)) }, { channel_id: channel.id });
}

/** Changes what the fields name, and says so in the channel. */
export function patchChannel(site: Site, channel: Channel, by: User, fields: Fields): Record<string, unknown> {
	const changes: Partial<Channel> = {};
	for (const key of ['name', 'display_name', 'header', 'purpose'] as const) {
		const value = fields.optional(key);
		if (value !== undefined && value !== channel[key]) changes[key] = value;
	}
	if (fields.has('props')) changes.props = fields.record('props');
	if (fields.has('banner_info')) changes.banner_info = fields.record('banner_info');
	if (fields.has('group_constrained')) changes.group_constrained = fields.boolean('group_constrained');
	const isNamed = channel.type === 'O' || channel.type === 'P';
	if (isNamed) {
		checkChannel({ ...channel, ...changes });
		if (changes.name !== undefined && site.world.channels.named(channel.team_id, changes.name)) {
			throw new AppError(
				400,
				'store.sql_channel.update.exists.app_error',
				'A channel with that handle already exists.',
			);
		}
	}
	const before = { ...channel };
	site.world.channels.table.update(channel, { ...changes, update_at: site.clock.now() });
	publishChannel(site, channel);
	// The answer shows the channel as it was before the posts that tell of the change.
	const view = channelView(channel);
	const { username } = by;
	if (changes.header !== undefined) tellChange(site, channel, by, 'header', before.header, changes.header);
	if (changes.purpose !== undefined) tellChange(site, channel, by, 'purpose', before.purpose, changes.purpose);
	if (changes.display_name !== undefined) {
		systemPost(site, channel, by.id, {
			type: 'system_displayname_change',
			message: `${username} updated the channel display name from: ${before.display_name} to: ${changes.display_name}`,
			props: { username, old_displayname: before.display_name, new_displayname: changes.display_name },
		});
	}
	return view;
}

function tellChange(
	site: Site,
	channel: Channel,
	{ id, username }: User,
	what: 'header' | 'purpose',
	old: string,
	now: string,
): void {
	const change =
		now === ''
			? `removed the channel ${what} (was: ${old})`
			: `updated the channel ${what}${old === '' ? '' : ` from: ${old}`} to: ${now}`;
	systemPost(site, channel, id, {
		type: `system_${what}_change`,
		message: `${username} ${change}`,
		props: { [`new_${what}`]: now, [`old_${what}`]: old, username },
	});
}

export function archiveChannel(site: Site, channel: Channel, { id, username }: User): void {
	if (channel.name === 'town-square') {
		throw new AppError(
			400,
			'api.channel.delete_channel.cannot.app_error',
			'Unable to delete the default channel town-square.',
		);
	}
	if (channel.delete_at > 0) {
		throw new AppError(
			400,
			'api.channel.delete_channel.deleted.app_error',
			'The channel has been archived or deleted.',
		);
	}
	systemPost(site, channel, id, {
		type: 'system_channel_deleted',
		message: `${username} archived the channel.`,
		props: { username },
	});
	const now = site.clock.now();
	site.world.channels.table.update(channel, { delete_at: now, update_at: now });
	const to = channel.type === 'O' ? { team_id: channel.team_id } : { channel_id: channel.id };
	site.hub.publish('channel_deleted', { channel_id: channel.id, delete_at: now }, to);
}

export function restoreChannel(site: Site, channel: Channel, { id, username }: User): void {
	if (channel.delete_at === 0) {
		throw new AppError(
			400,
			'api.channel.restore_channel.restored.app_error',
			'Unable to unarchive channel. The channel is not archived.',
		);
	}
	site.world.channels.table.update(channel, { delete_at: 0, update_at: site.clock.now() });
	const to = channel.type === 'O' ? { team_id: channel.team_id } : { channel_id: channel.id };
	site.hub.publish('channel_restored', { channel_id: channel.id }, to);
	systemPost(site, channel, id, {
		type: 'system_channel_restored',
		message: `${username} unarchived the channel.`,
		props: { username },
	});
}

export function convertChannel(site: Site, channel: Channel, { id, username }: User, type: 'O' | 'P'): void {
	if (channel.name === 'town-square' && type === 'P') {
		throw new AppError(
			400,
			'api.channel.update_channel_privacy.default_channel_error',
			'The default channel cannot be made private.',
		);
	}
	site.world.channels.table.update(channel, { type, update_at: site.clock.now() });
	systemPost(site, channel, id, {
		type: 'system_change_chan_privacy',
		message:
			type === 'P'
				? 'This channel has been converted to a Private Channel.'
				: 'This channel has been converted to a Public Channel and can be joined by any team member.',
		props: { username },
	});
	site.hub.publish('channel_converted', { channel_id: channel.id }, { team_id: channel.team_id });
}
