// Who a message speaks to. Pure: names in, users out.
import type { User } from './world/users.ts';

export interface Spoken {
	/** Words after an `@`, as they may be user names; a dot or a dash at the end may belong to the sentence. */
	readonly names: ReadonlySet<string>;
	readonly everybody: boolean;
	readonly here: boolean;
}

const name = /(?:^|[^\w@./-])@([a-z0-9][a-z0-9._-]*)/gi;

export function spokenTo(message: string): Spoken {
	const names = new Set<string>();
	if (!message.includes('@')) return { names, everybody: false, here: false };
	for (const [, word = ''] of withoutCode(message).matchAll(name)) {
		let candidate = word.toLowerCase();
		names.add(candidate);
		while (/[._-]$/.test(candidate)) {
			candidate = candidate.slice(0, -1);
			names.add(candidate);
		}
	}
	return { names, everybody: names.has('all') || names.has('channel'), here: names.has('here') };
}

/** Mentions in code are none. */
const withoutCode = (message: string) => message.replace(/```[\s\S]*?```|`[^`\n]*`/g, ' ');

/** Does one of the user's own keywords, or the first name where that counts, stand in the message? */
export function keywordIn(message: string, user: User): boolean {
	const words = user.notify_props.mention_keys?.split(',').filter((word) => word !== '') ?? [];
	if (user.notify_props.first_name === 'true' && user.first_name !== '') words.push(user.first_name);
	return words.some((word) => new RegExp(`(?<![\\p{L}\\d_])${escaped(word)}(?![\\p{L}\\d_])`, 'iu').test(message));
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const tag = /(?:^|\s)(#[\p{L}][\p{L}\d_.-]*[\p{L}\d])/gu;

/** `#words` of a message, joined by blanks, as a post has them. */
export function hashtagsIn(message: string): string {
	if (!message.includes('#')) return '';
	return [...message.matchAll(tag)].flatMap(([, word = '']) => (word.length > 3 ? [word] : [])).join(' ');
}
