// The text of a digest, from the texts of its items. Pure.
import type { Text } from './render.ts';

/** Code points that a post may have, less some for the `@username ` before it. */
const room = 16_000;

/** One item is told as it would be alone. Of texts that are too long together, the longest are cut. */
export function digestText(items: readonly Text[], as: 'message' | 'mention'): Text {
	const [only] = items;
	if (only && items.length === 1) return only;
	const attachments = items.flatMap((item) => item.attachments ?? []);
	const [separator, prefix] = as === 'message' ? ['\n\n', ''] : ['\n', '- '];
	const texts = cut(
		items.map(({ message }) => Array.from(message)),
		room - items.length * (separator.length + prefix.length),
	);
	const lines = texts.map((text) => `${prefix}${text}`);
	return {
		message: as === 'message' ? lines.join(separator) : ['', ...lines].join(separator),
		...(attachments.length > 0 && { attachments }),
	};
}

/** The longest length that all can be cut to so that they fit together: short ones stay whole. */
function cut(texts: readonly string[][], room: number): string[] {
	let [left, most] = [room, room];
	for (const [index, length] of texts
		.map(({ length }) => length)
		.sort((a, b) => a - b)
		.entries()) {
		const share = Math.floor(left / (texts.length - index));
		if (length > share) {
			most = share;
			break;
		}
		left -= length;
	}
	return texts.map((text) => (text.length <= most ? text.join('') : `${text.slice(0, most - 1).join('')}…`));
}
