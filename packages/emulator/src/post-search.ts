// `from:`, `in:`, dates, "quotes", -exclusions and prefix*: what a search asks for. Pure.

export interface SearchTerms {
	/** Each a list of words that must follow one another; a word may end in `*`. */
	readonly words: readonly (readonly string[])[];
	readonly not: readonly (readonly string[])[];
	readonly hashtags: readonly string[];
	readonly from: readonly string[];
	readonly notFrom: readonly string[];
	readonly in: readonly string[];
	readonly notIn: readonly string[];
	/** Milliseconds since 1970: created from … on, and earlier than … */
	readonly since: number;
	readonly until: number;
}

const token = /(-?)(?:(from|in|channel|before|after|on):\s*)?("[^"]*"|\S+)/giu;
const day = 86_400_000;

/** @param offset seconds east of Greenwich: the days of `on:`, `before:` and `after:` are the user's */
export function parseSearch(text: string, offset = 0): SearchTerms {
	const terms = { words: [] as string[][], not: [] as string[][], hashtags: [] as string[] };
	const lists = { from: [] as string[], notFrom: [] as string[], in: [] as string[], notIn: [] as string[] };
	let since = 0;
	let until = Number.POSITIVE_INFINITY;
	for (const [, minus, key = '', value = ''] of text.matchAll(token)) {
		const name = value.replace(/^[@~]/, '').replaceAll('"', '').toLowerCase();
		const at = Date.parse(value) - offset * 1000;
		switch (key.toLowerCase()) {
			case 'from':
				lists[minus ? 'notFrom' : 'from'].push(name);
				break;
			case 'in':
			case 'channel':
				lists[minus ? 'notIn' : 'in'].push(name);
				break;
			case 'before':
				if (!Number.isNaN(at)) until = Math.min(until, at);
				break;
			case 'after':
				if (!Number.isNaN(at)) since = Math.max(since, at + day);
				break;
			case 'on':
				if (!Number.isNaN(at)) [since, until] = [Math.max(since, at), Math.min(until, at + day)];
				break;
			default: {
				if (value.startsWith('#') && value.length > 1 && !minus) terms.hashtags.push(value.toLowerCase());
				else {
					const words = wordsOf(value, true);
					if (words.length > 0) terms[minus ? 'not' : 'words'].push(words);
				}
			}
		}
	}
	return { ...terms, ...lists, since, until };
}

const wordsOf = (text: string, withStars = false) =>
	text.toLowerCase().match(withStars ? /[\p{L}\p{N}_]+\*?/gu : /[\p{L}\p{N}_]+/gu) ?? [];

/** Does the message hold what the words ask for? With `any` one of them is enough. */
export function matchesWords(message: string, hashtags: string, terms: SearchTerms, any: boolean): boolean {
	const words = wordsOf(message);
	const tags = hashtags.toLowerCase().split(' ');
	if (terms.not.some((phrase) => contains(words, phrase))) return false;
	const found = [
		...terms.words.map((phrase) => contains(words, phrase)),
		...terms.hashtags.map((tag) => tags.includes(tag)),
	];
	return found.length === 0 || (any ? found.includes(true) : !found.includes(false));
}

function contains(words: readonly string[], phrase: readonly string[]): boolean {
	return words.some((_, at) =>
		phrase.every((wanted, index) => {
			const word = words[at + index];
			if (word === undefined) return false;
			return wanted.endsWith('*') ? word.startsWith(wanted.slice(0, -1)) : word === wanted;
		}),
	);
}
