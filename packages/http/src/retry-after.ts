// When may it be tried again, as the server says it: Retry-After in seconds or as a date, X-Ratelimit-Reset in seconds or
// as an epoch. Servers and the proxies before them double headers ("11, 11"): the later of the two counts.
import type { ResponseHeaders } from './response.ts';

/** A server that means it says less than a day; more is a mistake or an attack. */
const longest = 24 * 60 * 60 * 1000;

/** Milliseconds from `now` (epoch milliseconds) until the server takes requests again; undefined when it does not say. */
export function retryAfter(status: number, headers: ResponseHeaders, now: number): number | undefined {
	let wait = fromRetryAfter(text(headers['retry-after']), headers, now);
	// Many APIs send it with every answer: only on a 429 does it say something about this one.
	if (status === 429) wait ??= fromReset(text(headers['x-ratelimit-reset']), now);
	return wait === undefined ? undefined : Math.min(Math.max(wait, 0), longest);
}

function fromRetryAfter(value: string, headers: ResponseHeaders, now: number): number | undefined {
	const seconds = largest(value);
	if (seconds !== undefined) return seconds * 1000;
	const at = httpDate(value, now);
	if (at === undefined) return undefined;
	// Both dates are by the server's clock: their difference is right even where our clock is wrong.
	return at - (httpDate(text(headers.date), now) ?? now);
}

/** Seconds from now, or seconds or milliseconds since 1970: nobody waits for 30 years, so a large number is a date. */
function fromReset(value: string, now: number): number | undefined {
	const reset = largest(value);
	if (reset === undefined) return undefined;
	if (reset > 1e12) return reset - now;
	return reset > 1e9 ? reset * 1000 - now : reset * 1000;
}

const text = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(', ') : (value ?? ''));

function largest(value: string): number | undefined {
	const parts = value.split(',').map((part) => part.trim());
	if (!parts.every((part) => /^\+?\d+(?:\.\d+)?$/.test(part))) return undefined;
	return Math.max(...parts.map(Number));
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
/** RFC 9110, 5.6.7: the form in use, and two that a recipient must still accept. */
const dateForms = [
	new RegExp(String.raw`[a-z]{3}, (?<day>\d\d) (?<month>[a-z]{3}) (?<year>\d{4}) ${time} GMT`, 'i'),
	new RegExp(String.raw`[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) ${time} GMT`, 'i'),
	new RegExp(String.raw`[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) ${time} (?<year>\d{4})`, 'i'),
];

/** Epoch milliseconds of an HTTP-date; the first one where it is doubled. */
export function httpDate(value: string, now: number): number | undefined {
	for (const form of dateForms) {
		const found = form.exec(value)?.groups;
		if (!found) continue;
		const month = months.indexOf((found.month ?? '').toLowerCase());
		if (month < 0) return undefined;
		const at = Date.UTC(
			fullYear(Number(found.year), now),
			month,
			Number(found.day),
			Number(found.hour),
			Number(found.minute),
			Number(found.second),
		);
		return Number.isNaN(at) ? undefined : at;
	}
	return undefined;
}

/** A year of two digits that seems more than 50 years ahead is the last one that ended so (RFC 9110, 5.6.7). */
function fullYear(year: number, now: number): number {
	if (year >= 100) return year;
	const thisYear = new Date(now).getUTCFullYear();
	const guess = thisYear - (thisYear % 100) + year;
	return guess > thisYear + 50 ? guess - 100 : guess;
}
