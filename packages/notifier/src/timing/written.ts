/** Milliseconds since 1970 as ISO 8601, UTC. */
export const iso = (time: number): string => new Date(time).toISOString();

/** Is `2026-01-10` or the like a day? Date.parse alone takes the 31st of February for the 3rd of March. */
export function isDay(text: string): boolean {
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && iso(time).startsWith(text);
}
