const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `10s`, `1m`, `12h`, `30d`, or seconds as a plain number, in milliseconds; undefined: not a duration. */
export function parseDuration(text: string): number | undefined {
	const [, amount, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h|d)?$/.exec(text) ?? [];
	const factor = units[unit];
	return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}
