import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** One measured result. With `--json` it is one line on stdout, else a row that a person reads. */
export type Result = Readonly<Record<string, string | number | boolean | null>>;

/** What a measuring program (`bench/src/bench/<name>.ts`, `bench/src/chaos/<name>.ts`) exports as `run`. */
export type Run = (report: (result: Result) => void, args: readonly string[]) => Promise<void>;

/** Runs `<folder>/<name>.ts` for `npm run <command> <name> -- [--json] …`. Exit code 2: no such name; 1: the run says it failed. */
export async function main(command: string, folder: string): Promise<void> {
	const { values, positionals } = parseArgs({
		options: { json: { type: 'boolean' } },
		allowPositionals: true,
		strict: false,
	});
	const names = readdirSync(folder)
		.filter((file) => /^[a-z-]+\.ts$/.test(file))
		.map((file) => file.slice(0, -3));
	const name = positionals[0];
	if (!name || !existsSync(join(folder, `${name}.ts`)) || !names.includes(name)) {
		console.error(`usage: npm run ${command} <name> [-- --json]\nnames: ${names.join(', ') || '(none yet)'}`);
		process.exit(2);
	}
	const { run } = (await import(join(folder, `${name}.ts`))) as { run: Run };
	const report = values.json
		? (result: Result) => console.log(JSON.stringify(result))
		: (result: Result) =>
				console.log(
					Object.entries(result)
						.map(([key, value]) => `${key}=${value}`)
						.join('  '),
				);
	const args = process.argv.slice(2).filter((argument) => argument !== name && argument !== '--json');
	await run(report, args);
}
