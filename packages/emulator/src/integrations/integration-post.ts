// Posts that webhooks and commands make: as their owner, marked, and under another name where the server allows it.
import { newId } from '../ids.ts';
import { hashtagsIn } from '../mentions.ts';
import { normalProps } from '../post-view.ts';
import { announce } from '../posting.ts';
import type { Site } from '../site.ts';
import type { Channel } from '../world/channels.ts';
import { noFiles, type Post } from '../world/posts.ts';
import type { User } from '../world/users.ts';

/** What an integration sends, in Mattermost's or Slack's words. */
export interface IntegrationMessage {
	readonly text: string;
	readonly username: string;
	readonly icon_url: string;
	readonly icon_emoji: string;
	readonly type: string;
	readonly props: Readonly<Record<string, unknown>>;
	readonly attachments: readonly unknown[];
	readonly root_id: string;
}

/** Picks a message out of JSON that somebody sent: what has another type counts as absent. */
export function integrationMessage(json: unknown): IntegrationMessage {
	const given = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
	const text = (key: string) => (typeof given[key] === 'string' ? given[key] : '');
	const props =
		typeof given.props === 'object' && given.props !== null && !Array.isArray(given.props) ? given.props : {};
	return {
		text: text('text'),
		username: text('username'),
		icon_url: text('icon_url'),
		icon_emoji: text('icon_emoji'),
		type: text('type'),
		props: props as Record<string, unknown>,
		attachments: Array.isArray(given.attachments) ? given.attachments : [],
		root_id: text('root_id'),
	};
}

export const isEmpty = ({ text, attachments }: IntegrationMessage) => text === '' && attachments.length === 0;

export interface IntegrationAuthor {
	readonly user: User;
	readonly channel: Channel;
	/** Shown on the post: `webhook_display_name`. */
	readonly displayName?: string;
	/** The author's own words, by a built-in command: not marked. Default false. */
	readonly own?: boolean;
}

/** A text over the limit becomes several posts. @returns the first */
export function postIntegration(site: Site, message: IntegrationMessage, by: IntegrationAuthor): Post {
	const { user: author, channel, displayName, own = false } = by;
	const { settings, clock, world } = site;
	const username = settings.usernameOverride ? message.username : '';
	const props = normalProps({
		...message.props,
		...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
		...(own ? {} : { from_webhook: 'true' }),
		...(username === '' ? {} : { override_username: username }),
		...(settings.iconOverride && message.icon_url !== '' ? { override_icon_url: message.icon_url } : {}),
		...(settings.iconOverride && message.icon_emoji !== '' ? { override_icon_emoji: message.icon_emoji } : {}),
		...(displayName === undefined ? {} : { webhook_display_name: displayName }),
	});
	const root = world.posts.get(message.root_id);
	const [first = '', ...rest] = parts(fromSlack(message.text), settings.maxPostSize);
	const insert = (text: string, props: Readonly<Record<string, unknown>>) => {
		const now = clock.now();
		const post = world.posts.table.insert({
			id: newId(),
			create_at: now,
			update_at: now,
			edit_at: 0,
			delete_at: 0,
			is_pinned: false,
			user_id: author.id,
			channel_id: channel.id,
			root_id: root?.id ?? '',
			original_id: '',
			message: text,
			type: message.attachments.length > 0 && message.type === '' ? 'slack_attachment' : message.type,
			props,
			hashtags: hashtagsIn(text),
			file_ids: noFiles,
		});
		announce(site, post, { channel, author, root, senderName: username === '' ? `@${author.username}` : username });
		return post;
	};
	const post = insert(first, props);
	const { attachments: _, ...plain } = props;
	for (const text of rest) insert(text, plain);
	return post;
}

/** `<https://a.b|words>` and `<!channel>` are Slack's ways to write links and mentions. */
export function fromSlack(text: string): string {
	return text
		.replace(/<((?:https?:\/\/|mailto:)[^|>\s]+)\|([^>\n]+)>/g, '[$2]($1)')
		.replace(/<((?:https?:\/\/|mailto:)[^|>\s]+)>/g, '$1')
		.replace(/<!(channel|here|all)>/g, '@$1')
		.replace(/<!everyone>/g, '@all');
}

/** Cuts a text into pieces of at most `size` code points. */
function parts(text: string, size: number): string[] {
	if (text.length <= size) return [text];
	const points = [...text];
	const pieces: string[] = [];
	for (let at = 0; at < points.length; at += size) pieces.push(points.slice(at, at + size).join(''));
	return pieces;
}
