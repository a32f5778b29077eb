// What people may ask of a measuring program on its command line.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** Asked for something that there is not. */
export class UsageError extends Error {
	override readonly name = 'UsageError' as const;
}

/** @throws UsageError */
export function parseOptions<const O extends ParseArgsOptionsConfig>(args: readonly string[], options: O) {
	try {
		return parseArgs({ args: [...args], options }).values;
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

/** @throws UsageError */
export function positive(name: string, text: string): number {
	const value = Number(text);
	if (!(value > 0 && Number.isFinite(value))) throw new UsageError(`--${name} must be a number above 0, not "${text}"`);
	return value;
}

/** @throws UsageError */
export function whole(name: string, text: string): number {
	const value = positive(name, text);
	if (!Number.isInteger(value)) throw new UsageError(`--${name} must be a whole number, not "${text}"`);
	return value;
}

/**
 * @param text names with commas between; undefined: all
 * @throws UsageError
 */
export function chosen<T extends string>(name: string, text: string | undefined, known: readonly T[]): readonly T[] {
	if (text === undefined) return known;
	return text.split(',').map((word) => {
		const found = known.find((one) => one === word.trim());
		if (!found) throw new UsageError(`--${name}: there is no "${word.trim()}", only ${known.join(', ')}`);
		return found;
	});
}
