import { ValidationError } from './errors/validation-error.ts';

type Range = 'above 0' | 'at least 0' | 'whole, at least 0' | 'whole, above 0';

/** @throws ValidationError for a number that is given and out of range. */
export function checkNumber(name: string, value: number | undefined, range: Range): void {
	if (value === undefined) return;
	const inRange = range.endsWith('above 0') ? value > 0 : value >= 0;
	if (!inRange || (range.startsWith('whole') && !Number.isInteger(value))) {
		throw new ValidationError(`${name} must be ${range}, not ${value}`);
	}
}
