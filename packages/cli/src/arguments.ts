import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

/** Parses options and positional arguments; an option that is not there or lacks its value is a UsageError. */
export function parse<const Options extends ParseArgsOptionsConfig>(
	command: string,
	args: readonly string[],
	options: Options,
) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
	} catch (error) {
		const reason = (error as Error).message.split('. To specify')[0];
		throw new UsageError(`${reason}. See matterkit ${command} --help`);
	}
}

/** As `parse`, for a command that takes options only: `start 9000` would else run on the default port. */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
	command: string,
	args: readonly string[],
	options: Options,
) {
	const { values, positionals } = parse(command, args, options);
	if (positionals.length > 0) {
		throw new UsageError(`${command} takes options only, not '${positionals[0]}'. See matterkit ${command} --help`);
	}
	return { values };
}

/** @throws UsageError when `value` is no port (0 to 65535; 0 takes a free one). */
export function port(value: string): number {
	const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
	if (number <= 65_535) return number;
	throw new UsageError(`--port ${value}: a port is a number from 0 to 65535`);
}
