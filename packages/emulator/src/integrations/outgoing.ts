// Outgoing webhooks: posts in public channels that begin with a word call an address, which may answer with a post.
import type { Site } from '../site.ts';
import type { Channel } from '../world/channels.ts';
import type { OutgoingWebhook } from '../world/integrations.ts';
import type { Post } from '../world/posts.ts';
import type { User } from '../world/users.ts';
import { integrationMessage, isEmpty, postIntegration } from './integration-post.ts';
import { callOut } from './outside.ts';

/** The word that makes a post call this webhook; '' where every post of its channel does; undefined: it is not called. */
export function triggerOf(
	hook: Pick<OutgoingWebhook, 'channel_id' | 'trigger_words' | 'trigger_when'>,
	post: Pick<Post, 'channel_id' | 'message'>,
): string | undefined {
	if (hook.channel_id !== '' && hook.channel_id !== post.channel_id) return undefined;
	if (hook.trigger_words.length === 0) return hook.channel_id === '' ? undefined : '';
	const first = post.message.split(/\s/)[0] ?? '';
	const isTrigger = (word: string) => (hook.trigger_when === 1 ? first.startsWith(word) : first === word);
	return hook.trigger_words.find((word) => word !== '' && isTrigger(word));
}

/** Calls what a new post calls; the answers are posted when they come. Posts of integrations call nothing. */
export function callOutgoing(site: Site, post: Post, author: User): void {
	const channel = site.world.channels.get(post.channel_id);
	if (!site.settings.outgoingWebhooks || channel?.type !== 'O' || post.type !== '') return;
	for (const hook of site.world.integrations.outgoingOf(channel.team_id)) {
		const trigger = triggerOf(hook, post);
		if (trigger === undefined) continue;
		for (const url of hook.callback_urls) void callHook(site, hook, { post, author, channel, trigger, url });
	}
}

interface Triggered {
	readonly post: Post;
	readonly author: User;
	readonly channel: Channel;
	readonly trigger: string;
	readonly url: string;
}

async function callHook(
	site: Site,
	hook: OutgoingWebhook,
	{ post, author, channel, trigger, url }: Triggered,
): Promise<void> {
	const team = site.world.teams.get(channel.team_id);
	const payload = {
		token: hook.token,
		team_id: hook.team_id,
		team_domain: team?.name ?? '',
		channel_id: channel.id,
		channel_name: channel.name,
		timestamp: post.create_at,
		user_id: author.id,
		user_name: author.username,
		post_id: post.id,
		text: post.message,
		trigger_word: trigger,
		file_ids: (post.file_ids ?? []).join(','),
	};
	const isJson = hook.content_type === 'application/json';
	const form = new URLSearchParams({ ...payload, timestamp: String(post.create_at) });
	try {
		const reply = await callOut(site.settings, url, {
			method: 'POST',
			headers: {
				'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
				accept: 'application/json',
			},
			body: isJson ? JSON.stringify(payload) : form.toString(),
		});
		postReply(site, hook, { post, channel, text: reply.text });
	} catch (error) {
		// As on the real server the post stands, and only the log tells.
		console.error(`emulator: the outgoing webhook ${hook.id} could not be called: ${describe(error)}`);
	}
}

function postReply(site: Site, hook: OutgoingWebhook, about: { post: Post; channel: Channel; text: string }): void {
	const { post, channel, text } = about;
	let json: { response_type?: unknown };
	try {
		json = JSON.parse(text) as { response_type?: unknown };
	} catch {
		return;
	}
	const message = integrationMessage(json);
	const user = site.world.users.get(hook.creator_id);
	if (isEmpty(message) || !user) return;
	const inThread = json.response_type === 'comment' || post.root_id !== '';
	postIntegration(
		site,
		{
			...message,
			username: message.username || hook.username,
			icon_url: message.icon_url || hook.icon_url,
			root_id: inThread ? post.root_id || post.id : '',
		},
		{ user, channel, displayName: hook.display_name },
	);
	site.world.commit();
}

function describe(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
