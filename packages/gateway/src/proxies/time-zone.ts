import { ProxyError } from './proxy-error.ts';

/**
 * Writes times as a clock in that time zone shows them: `2026-11-21T05:02:02.605+03:30`.
 * @throws ProxyError there is no such time zone
 */
export function clockIn(timeZone: string): (milliseconds: number) => string {
	const parts = format(timeZone);
	return (milliseconds) => {
		const { year, month, day, hour, minute, second, fractionalSecond, timeZoneName } = Object.fromEntries(
			parts.formatToParts(milliseconds).map(({ type, value }) => [type, value]),
		);
		const offset = (timeZoneName ?? '').replace('GMT', '') || '+00:00';
		return `${year}-${month}-${day}T${hour}:${minute}:${second}.${fractionalSecond}${offset}`;
	};
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
