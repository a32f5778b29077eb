// What a command gives: an answer to its caller, and a post in the channel or for the caller alone.
import { postEphemeral } from '../ephemeral.ts';
import type { Site } from '../site.ts';
import type { Channel } from '../world/channels.ts';
import type { User } from '../world/users.ts';
import { type IntegrationMessage, integrationMessage, isEmpty, postIntegration } from './integration-post.ts';

export interface CommandResponse {
	readonly response_type: '' | 'in_channel' | 'ephemeral';
	readonly message: IntegrationMessage;
	readonly goto_location: string;
	readonly extra_responses: readonly CommandResponse[];
}

export interface CommandCaller {
	readonly user: User;
	readonly channel: Channel;
	readonly root_id: string;
}

export function commandResponse(json: unknown): CommandResponse {
	const given = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
	const type = given.response_type;
	return {
		response_type: type === 'in_channel' || type === 'ephemeral' ? type : '',
		message: integrationMessage(json),
		goto_location: typeof given.goto_location === 'string' ? given.goto_location : '',
		extra_responses: Array.isArray(given.extra_responses) ? given.extra_responses.map(commandResponse) : [],
	};
}

export const inChannel = (text: string): CommandResponse => commandResponse({ response_type: 'in_channel', text });
export const ephemeral = (text: string): CommandResponse => commandResponse({ response_type: 'ephemeral', text });

/** @param command a custom one: its posts are marked as an integration's, those of built-in commands are the caller's own */
export function deliver(
	site: Site,
	response: CommandResponse,
	caller: CommandCaller,
	command?: { display_name: string },
): void {
	for (const one of [response, ...response.extra_responses]) {
		if (isEmpty(one.message)) continue;
		if (one.response_type !== 'in_channel') tellOnly(site, caller, one.message.text);
		else
			postIntegration(
				site,
				{ ...one.message, root_id: caller.root_id },
				{ ...caller, ...(command ? { displayName: command.display_name } : { own: true }) },
			);
	}
	site.world.commit();
}

/** A message for the caller alone. */
export function tellOnly(site: Site, { user, channel, root_id }: CommandCaller, message: string): void {
	postEphemeral(site, { to: user.id, from: user.id, channel_id: channel.id, root_id, message });
}

/** As the caller of POST /commands/execute gets it. */
export function responseView(response: CommandResponse, triggerId: string): object {
	const { message, response_type, goto_location, extra_responses } = response;
	return {
		response_type,
		text: message.text,
		username: message.username,
		channel_id: '',
		icon_url: message.icon_url,
		type: message.type,
		props: Object.keys(message.props).length === 0 ? null : message.props,
		goto_location,
		trigger_id: triggerId,
		skip_slack_parsing: false,
		attachments: message.attachments.length === 0 ? null : message.attachments,
		extra_responses:
			extra_responses.length === 0 ? null : extra_responses.map((extra) => responseView(extra, triggerId)),
	};
}
