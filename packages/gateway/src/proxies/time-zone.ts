import { ProxyError } from './proxy-error.ts';

/**
 * A time as a clock in that time zone shows it: `2026-11-21T05:02:02.605+03:30`.
 * @throws ProxyError there is no such time zone
 */
export function timeIn(milliseconds: number, timeZone: string): string {
	const parts = Object.fromEntries(
		format(timeZone)
			.formatToParts(milliseconds)
			.map(({ type, value }) => [type, value]),
	);
	const offset = (parts.timeZoneName ?? '').replace('GMT', '') || '+00:00';
	const { year, month, day, hour, minute, second, fractionalSecond } = parts;
	return `${year}-${month}-${day}T${hour}:${minute}:${second}.${fractionalSecond}${offset}`;
}

function format(timeZone: string): Intl.DateTimeFormat {
	try {
		return new Intl.DateTimeFormat('en-US', {
			timeZone,
			year: 'numeric',
			month: '2-digit',
			day: '2-digit',
			hour: '2-digit',
			minute: '2-digit',
			second: '2-digit',
			fractionalSecondDigits: 3,
			hourCycle: 'h23',
			timeZoneName: 'longOffset',
		});
	} catch {
		throw new ProxyError(`There is no time zone "${timeZone}". Example: Europe/Berlin.`);
	}
}
