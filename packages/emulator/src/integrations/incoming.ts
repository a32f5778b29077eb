// POST /hooks/{id}: a message from outside, with no token but the id.
import { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { directChannel } from '../channel-membership.ts';
import { AppError } from '../errors.ts';
import type { Site } from '../site.ts';
import type { Channel } from '../world/channels.ts';
import type { IncomingWebhook } from '../world/integrations.ts';
import { integrationMessage, isEmpty, postIntegration } from './integration-post.ts';

/** Whatever is wrong is answered in the same words, which name the media type and the hook. */
export function receiveWebhook(call: Call<'id'>): Answer {
	const { id } = call.params;
	const mediaType = (call.request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
	const refused = () =>
		new AppError(
			400,
			'web.incoming_webhook.general.app_error',
			`Failed to handle the payload of media type ${mediaType} for incoming webhook ${id}.`,
		);
	const { site, world } = call;
	const hook = world.integrations.incoming.get(id);
	const payload = payloadOf(call.body.toString(), mediaType);
	if (!site.settings.incomingWebhooks || !hook || hook.delete_at > 0 || payload === undefined) throw refused();
	const message = integrationMessage(payload);
	const author = world.users.get(hook.user_id);
	const channel = channelOf(site, hook, (payload as { channel?: unknown }).channel);
	if (isEmpty(message) || !author || !channel || channel.delete_at > 0) throw refused();
	const username = message.username || hook.username || 'webhook';
	const icon_url = message.icon_url || hook.icon_url;
	postIntegration(site, { ...message, username, icon_url }, { user: author, channel, displayName: hook.display_name });
	return new Answer(200, 'ok', { 'Content-Type': 'text/plain' });
}

/** JSON as it is, or in the field `payload` of a form. */
function payloadOf(body: string, mediaType: string): object | undefined {
	const isForm = mediaType === 'application/x-www-form-urlencoded';
	try {
		const json: unknown = JSON.parse(isForm ? (new URLSearchParams(body).get('payload') ?? '') : body);
		return typeof json === 'object' && json !== null ? json : undefined;
	} catch {
		return undefined;
	}
}

/** The hook's own channel, or the one that the message names: `town-square`, `#town-square`, `@user`. */
function channelOf(site: Site, hook: IncomingWebhook, named: unknown): Channel | undefined {
	const { channels } = site.world;
	if (typeof named !== 'string' || named === '') return channels.get(hook.channel_id);
	const channel = named.startsWith('@')
		? directlyTo(site, hook, named.slice(1))
		: (channels.named(hook.team_id, named.replace(/^#/, '')) ?? channels.get(named));
	if (!channel || (hook.channel_locked && channel.id !== hook.channel_id)) return undefined;
	const isOpen = channel.type === 'O' && channel.team_id === hook.team_id;
	return isOpen || channels.isMember(channel.id, hook.user_id) ? channel : undefined;
}

function directlyTo(site: Site, hook: IncomingWebhook, username: string): Channel | undefined {
	const from = site.world.users.get(hook.user_id);
	const to = site.world.users.named(username);
	return from && to && directChannel(site, from, to);
}
