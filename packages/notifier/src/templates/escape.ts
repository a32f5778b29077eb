/** Zero-width space: invisible, and it ends a mention or the scheme of a link. */
const gap = '\u200b';

/**
 * Makes text from outside show as it is: no mention (`@all`), no link, no formatting, no line of its own. For use inside a line; what
 * means something only at its beginning (`- `, `1. `) is left alone, so that `DEV-001` stays `DEV-001` for who searches it.
 */
export function plain(text: string): string {
	return text
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
		.trim()
		.replace(/[\\`*[\]~<]/g, '\\$&')
		.replace(/(?<![\p{L}\p{N}])[_#]|_(?![\p{L}\p{N}])/gu, '\\$&')
		.replace(/@/g, `@${gap}`)
		.replace(/:(?=\/\/)/g, `:${gap}`)
		.replace(/(mailto|tel|ftp|https?):/gi, `$1${gap}:`)
		.replace(/www\./gi, (www) => `${www.slice(0, 3)}${gap}.`)
		.replace(/:(?=[a-z0-9_+-]+:)/gi, `:${gap}`);
}
