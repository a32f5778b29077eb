import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './options.ts';

/** One measured result. With `--json` it is one line on stdout, else a row that a person reads. */
export type Result = Readonly<Record<string, string | number | boolean | null>>;

/** What a measuring program (`bench/src/bench/<name>.ts`, `bench/src/chaos/<name>.ts`) exports. */
export interface Program {
	/** What it is for in one line; then its options, if it has any. */
	readonly help: string;
	readonly run: Run;
}

export type Run = (report: (result: Result) => void, args: readonly string[]) => Promise<void>;

/**
 * Runs `<folder>/<name>.ts` for `npm run <command> <name> -- [--json] …`. Exit code 2: there is no such name or option; 1: the run says
 * that it failed.
 */
export async function main(command: string, folder: string): Promise<void> {
	const [name = '', ...rest] = process.argv.slice(2).filter((argument) => argument !== '--json');
	const names = readdirSync(folder)
		.filter((file) => /^[a-z-]+\.ts$/.test(file))
		.map((file) => file.slice(0, -3));
	const load = async (one: string) => (await import(join(folder, `${one}.ts`))) as Program;
	if (!names.includes(name)) {
		const lines = [`usage: npm run ${command} <name> -- [--json] [--help] [options]`, ''];
		for (const one of names) lines.push(`  ${one.padEnd(10)} ${(await load(one)).help.split('\n')[0]}`);
		console.error(lines.join('\n'));
		process.exitCode = name === '--help' ? 0 : 2;
		return;
	}
	const { help, run } = await load(name);
	const usage = `usage: npm run ${command} ${name} -- [options]\n\n${help}\n\n  --json        one line of JSON a result`;
	if (rest.includes('--help')) {
		console.log(usage);
		return;
	}
	try {
		await run(process.argv.includes('--json') ? printJson : printRow, rest);
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		console.error(`${command} ${name}: ${error.message}\n\n${usage}`);
		process.exitCode = 2;
	}
}

function printJson(result: Result): void {
	console.log(JSON.stringify(result));
}

function printRow(result: Result): void {
	const columns = Object.entries(result).map(([key, value]) => `${key}=${value}`);
	console.log(columns.join('  '));
}
