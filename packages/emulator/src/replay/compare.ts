// What differs between a recorded answer and ours: keys, types and values, deep, and the order of lists.
import type { Counterparts } from './counterparts.ts';
import { type Json, type JsonObject, object } from './recordings.ts';

/** One place where the answers differ, as `body.users[0].roles: recorded "a", here "b"`. */
export type Difference = string;

/** Placeholders of the fixtures: a string that no two servers have in common. */
const placeholders: Readonly<Record<string, RegExp>> = {
	'<id>': /^[a-z0-9]{26}$/,
	'<base64>': /^[A-Za-z0-9+/]+=*$/,
	'<version>': /^11\.6\.0\.[^.]*\.[0-9a-f]{64}\.(true|false)$/,
	'<date>': /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/,
	'<host>': /./,
	'<token>': /^[a-z0-9]{26}$/,
	'<url>': /^http:\/\/127\.0\.0\.1:\d+$/,
};

export function compare(recorded: Json, ours: Json | undefined, counterparts: Counterparts, at: string): Difference[] {
	const differ = (): Difference[] => [`${at}: recorded ${print(recorded)}, here ${print(ours)}`];
	if (ours === undefined) return differ();
	if (typeof recorded === 'string') {
		if (typeof ours !== 'string') return differ();
		const inside = parsed(recorded);
		if (inside !== undefined) return compare(inside, parsed(ours), counterparts, `${at}(JSON)`);
		const placeholder = placeholders[recorded];
		if (placeholder ? placeholder.test(ours) : counterparts.sameText(recorded, ours)) return [];
		return differ();
	}
	if (typeof recorded === 'number') {
		if (typeof ours !== 'number') return differ();
		if (!isTime(recorded)) return recorded === ours ? [] : differ();
		if (!isTime(ours)) return differ();
		counterparts.meetTimes(recorded, ours);
		return [];
	}
	if (Array.isArray(recorded)) {
		if (!Array.isArray(ours)) return differ();
		const length =
			recorded.length === ours.length ? [] : [`${at}.length: recorded ${recorded.length}, here ${ours.length}`];
		const here = aligned(recorded, ours, counterparts);
		const pairs = recorded.slice(0, ours.length).entries();
		return [...length, ...[...pairs].flatMap(([i, item]) => compare(item, here[i], counterparts, `${at}[${i}]`))];
	}
	if (recorded === null || typeof recorded !== 'object') return recorded === ours ? [] : differ();
	if (ours === null || typeof ours !== 'object' || Array.isArray(ours)) return differ();
	return compareObjects(recorded as JsonObject, ours as JsonObject, counterparts, at);
}

/** The keys of an object may be ids: those are looked up by their counterpart, or meet where one of each is left. */
function compareObjects(recorded: JsonObject, ours: JsonObject, counterparts: Counterparts, at: string): Difference[] {
	const found: Difference[] = [];
	const unmatched = new Set(Object.keys(ours));
	const strangers: string[] = [];
	for (const [key, value] of Object.entries(recorded)) {
		const name = counterparts.idOf(key) ?? key;
		if (unmatched.delete(name)) found.push(...compare(value, ours[name], counterparts, `${at}.${key}`));
		else strangers.push(key);
	}
	const [stranger] = strangers;
	const [left] = unmatched;
	if (strangers.length === 1 && unmatched.size === 1 && stranger && left && counterparts.sameText(stranger, left))
		return [...found, ...compare(recorded[stranger] ?? null, ours[left], counterparts, `${at}.${stranger}`)];
	found.push(...strangers.map((key) => `${at}.${key}: recorded ${print(recorded[key])}, here no such key`));
	found.push(...[...unmatched].map((key) => `${at}.${key}: recorded no such key, here ${print(ours[key])}`));
	return found;
}

const idOf = (item: Json | undefined) => (typeof item === 'string' ? item : (object(item).id ?? object(item).user_id));

/**
 * Our items in the order of their counterparts, where both lists are sorted by id: that order is chance. In all other lists
 * the places have to agree.
 */
function aligned(
	recorded: readonly Json[],
	ours: readonly Json[],
	counterparts: Counterparts,
): readonly (Json | undefined)[] {
	if (!isSortedById(recorded) || !isSortedById(ours)) return ours;
	const items = recorded.map((item) => {
		const counterpart = counterparts.idOf(String(idOf(item)));
		return counterpart === undefined ? undefined : ours.find((each) => idOf(each) === counterpart);
	});
	return items.includes(undefined) ? ours : items;
}

function isSortedById(list: readonly Json[]): boolean {
	const ids = list.map(idOf);
	return ids.length > 1 && ids.every((id, i) => typeof id === 'string' && (i === 0 || String(ids[i - 1]) < id));
}

function isTime(value: number): boolean {
	return value > 1_700_000_000_000 && value < 1_900_000_000_000;
}

/** Events carry JSON inside strings. */
function parsed(text: string): Json | undefined {
	if (!/^[[{].*[\]}]$/s.test(text)) return undefined;
	try {
		return JSON.parse(text) as Json;
	} catch {
		return undefined;
	}
}

function print(value: Json | undefined): string {
	const text = JSON.stringify(value) ?? 'nothing';
	return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
