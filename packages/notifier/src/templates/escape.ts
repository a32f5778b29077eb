/** Zero-width space: invisible, and it ends a mention or the scheme of a link. */
const gap = '\u200b';

/** What means something only at the beginning of a line: a quote, a list, a table, a rule or the underline of a heading. */
const lineStart = /^(?=[>+\-=|]|\d{1,9}[.)])/;

/**
 * Makes text from outside show as it is: no mention (`@all`), no link, no formatting, no line of its own. For use inside a line; what
 * means something only at its beginning (`- `, `1. `) is left alone, so that `DEV-001` stays `DEV-001` for who searches it.
 */
export function plain(text: string): string {
	return (
		text
			.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
			.trim()
			.replace(/[\\`*[\]~<|]/g, '\\$&')
			.replace(/(?<![\p{L}\p{N}])[_#]|_(?![\p{L}\p{N}])/gu, '\\$&')
			.replace(/@/g, `@${gap}`)
			// In CommonMark `&commat;all` is another way to write `@all`.
			.replace(/&(?=#?[a-z0-9]+;)/gi, `&${gap}`)
			.replace(/:(?=\/\/)/g, `:${gap}`)
			.replace(/(mailto|tel|ftp|https?):/gi, `$1${gap}:`)
			.replace(/www\./gi, (www) => `${www.slice(0, 3)}${gap}.`)
			.replace(/:(?=[a-z0-9_+-]+:)/gi, `:${gap}`)
	);
}

/** As `plain`, wherever in a line it may stand: nobody knows where a template puts it. */
export function plainAnywhere(text: string): string {
	return plain(text).replace(lineStart, gap);
}

/** As `plainAnywhere`, for a text of several lines: they stay, and each is made safe. */
export function plainLines(text: string): string {
	return text
		.split(/\r\n|[\n\r\u2028\u2029]/)
		.map(plainAnywhere)
		.join('\n');
}

/**
 * An address that ends neither the link it stands in (`[text](…)`), nor mentions anyone, nor begins a format when it stands alone.
 * Names and passwords in it are left out. An IPv6 host keeps its brackets.
 */
export function plainUrl({ origin, pathname, search, hash }: URL): string {
	const rest = `${pathname}${search}${hash}`.replace(
		/[()[\]{}<>"'`\\*_~|@^]|(?<=&#?[a-z0-9]+);/gi,
		(character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `${origin}${rest}`;
}
