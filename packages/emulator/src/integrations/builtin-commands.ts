// The slash commands that the server itself has.
import { directChannel, joinChannel, leaveChannel } from '../channel-membership.ts';
import { patchChannel } from '../channels.ts';
import { Fields } from '../fields.ts';
import { mayInChannel } from '../permissions.ts';
import type { Site } from '../site.ts';
import { setStatus } from '../status.ts';
import type { User } from '../world/users.ts';
import { type CommandCaller, type CommandResponse, commandResponse, ephemeral, inChannel } from './command-response.ts';
import { integrationMessage, postIntegration } from './integration-post.ts';

type Run = (site: Site, caller: CommandCaller, text: string) => CommandResponse;

export interface BuiltinCommand {
	readonly hint: string;
	readonly description: string;
	readonly run: Run;
}

const nothing = commandResponse({});

/** Sets the status by hand, as it stays until the user sets another one. */
const status =
	(name: 'online' | 'away' | 'dnd' | 'offline', words: string): Run =>
	(site, { user }) => {
		setStatus(site, user.id, { status: name, manual: name !== 'online' });
		return ephemeral(words);
	};

const setChannelText =
	(field: 'header' | 'purpose' | 'display_name'): Run =>
	(site, { user, channel }, text) => {
		const permission = channel.type === 'O' ? 'manage_public_channel_properties' : 'manage_private_channel_properties';
		const isTeamChannel = channel.type === 'O' || channel.type === 'P';
		if (isTeamChannel && !mayInChannel(site, user.id, channel.id, permission)) {
			return ephemeral(`You don't have the appropriate permissions to edit the channel ${field}.`);
		}
		if (text === '') return ephemeral('A message must be provided with the command.');
		patchChannel(site, channel, user, new Fields({ [field]: text }, 'channel'));
		return nothing;
	};

/** Whether previews of images and links are shown unfolded is a preference. */
const collapse =
	(value: 'true' | 'false', words: string): Run =>
	(site, { user }) => {
		const preference = { user_id: user.id, category: 'display_settings', name: 'collapse_previews', value };
		site.world.preferences.set(preference);
		site.hub.publish('preference_changed', { preference: JSON.stringify(preference) }, { user_id: user.id });
		return ephemeral(words);
	};

const otherUser = (site: Site, text: string): User | undefined =>
	site.world.users.named((text.split(/\s/)[0] ?? '').replace(/^@/, ''));

export const builtinCommands: Readonly<Record<string, BuiltinCommand>> = {
	away: { hint: '', description: 'Set your status away', run: status('away', 'You are now away') },
	code: {
		hint: '[text]',
		description: 'Display text as a code block',
		run: (_site, _caller, text) =>
			text === ''
				? ephemeral('A message must be provided with the /code command.')
				: inChannel(`    ${text.replaceAll('\n', '\n    ')}`),
	},
	collapse: {
		hint: '',
		description: 'Turn on auto-collapsing of image previews',
		run: collapse('true', 'Image links now collapse by default'),
	},
	dnd: {
		hint: '',
		description: 'Do not disturb disables desktop and mobile push notifications.',
		run: status(
			'dnd',
			'Do Not Disturb is enabled. You will not receive desktop or mobile push notifications until Do Not Disturb is turned off.',
		),
	},
	expand: {
		hint: '',
		description: 'Turn off auto-collapsing of image previews',
		run: collapse('false', 'Image links now expand by default'),
	},
	header: { hint: '[text]', description: 'Edit the channel header', run: setChannelText('header') },
	invite: { hint: '@[username]', description: 'Invite a user to a channel', run: invite },
	join: { hint: '~[channel-name]', description: 'Join the open channel', run: join },
	kick: { hint: '@[username]', description: 'Remove a member from the channel', run: kick },
	leave: { hint: '', description: 'Leave the current channel', run: leave },
	me: {
		hint: '[message]',
		description: 'Do an action',
		run: (_site, _caller, text) =>
			commandResponse({ response_type: 'in_channel', type: 'me', text: `*${text}*`, props: { message: text } }),
	},
	msg: { hint: '@[username] [message]', description: 'Send Direct Message to a user', run: message },
	offline: { hint: '', description: 'Set your status offline', run: status('offline', 'You are now offline') },
	online: { hint: '', description: 'Set your status online', run: status('online', 'You are now online') },
	open: { hint: '~[channel-name]', description: 'Join the open channel', run: join },
	purpose: { hint: '[text]', description: 'Edit the channel purpose', run: setChannelText('purpose') },
	remove: { hint: '@[username]', description: 'Remove a member from the channel', run: kick },
	rename: { hint: '[text]', description: 'Rename the channel', run: setChannelText('display_name') },
	shrug: {
		hint: '[message]',
		description: 'Adds ¯\\_(ツ)_/¯ to your message',
		run: (_site, _caller, text) => inChannel(`${text === '' ? '' : `${text} `}¯\\\\\\_(ツ)\\_/¯`),
	},
};

function join(site: Site, { user, channel }: CommandCaller, text: string): CommandResponse {
	const wanted = site.world.channels.named(channel.team_id, text.trim().replace(/^~/, ''));
	if (!wanted || wanted.delete_at > 0) return ephemeral("We couldn't find the channel.");
	if (!site.world.channels.isMember(wanted.id, user.id)) {
		if (wanted.type !== 'O') return ephemeral('An error occurred while joining the channel.');
		joinChannel(site, wanted, user, user);
	}
	const team = site.world.teams.get(wanted.team_id);
	return commandResponse({ goto_location: `/${team?.name ?? ''}/channels/${wanted.name}` });
}

function leave(site: Site, { user, channel }: CommandCaller): CommandResponse {
	if (channel.name === 'town-square') return ephemeral('You can not leave the default channel town-square.');
	leaveChannel(site, channel, user, user);
	const team = site.world.teams.get(channel.team_id);
	return commandResponse({ goto_location: `/${team?.name ?? ''}/channels/town-square` });
}

function invite(site: Site, { user, channel }: CommandCaller, text: string): CommandResponse {
	const invited = otherUser(site, text);
	if (!invited || invited.delete_at > 0)
		return ephemeral("We couldn't find the user. They may have been deactivated by the System Administrator.");
	const permission = channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members';
	if (!mayInChannel(site, user.id, channel.id, permission)) {
		return ephemeral(`You don't have enough permissions to add ${invited.username} in ${channel.display_name}.`);
	}
	if (site.world.channels.isMember(channel.id, invited.id))
		return ephemeral(`${invited.username} is already in the channel.`);
	if (!site.world.teams.isMember(channel.team_id, invited.id))
		return ephemeral(`@${invited.username} is not a member of the team.`);
	joinChannel(site, channel, invited, user);
	return ephemeral(`${invited.username} added to ${channel.display_name} channel.`);
}

function kick(site: Site, { user, channel }: CommandCaller, text: string): CommandResponse {
	const kicked = otherUser(site, text);
	if (!kicked) return ephemeral("We couldn't find the user.");
	const permission = channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members';
	if (!mayInChannel(site, user.id, channel.id, permission))
		return ephemeral("You don't have the appropriate permissions to remove the member.");
	if (!site.world.channels.isMember(channel.id, kicked.id))
		return ephemeral(`${kicked.username} is not a member of this channel.`);
	leaveChannel(site, channel, kicked, user);
	return nothing;
}

function message(site: Site, { user }: CommandCaller, text: string): CommandResponse {
	const to = otherUser(site, text);
	if (!to) return ephemeral("We couldn't find the user.");
	const channel = directChannel(site, user, to);
	const words = text.replace(/^\S+\s*/, '');
	if (words !== '') postIntegration(site, integrationMessage({ text: words }), { user, channel, own: true });
	const [team] = site.world.teams.ofUser(user.id);
	return commandResponse({ goto_location: `/${team?.name ?? ''}/channels/${channel.name}` });
}
