#!/usr/bin/env node
import { isHttpError } from '@matterkit/client';
import { commands } from './commands/index.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

const usage = `matterkit connects programs with Mattermost.

usage: matterkit <command> [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

matterkit <command> --help tells more about one. matterkit --version prints ${version}.
`;

async function main([name, ...args]: readonly string[]): Promise<void> {
	if (name === '--version' || name === '-v') return print(`${version}\n`);
	if (name === undefined || name === '--help' || name === '-h' || name === 'help') return print(usage);
	const command = commands.find((candidate) => candidate.name === name);
	if (!command) throw new UsageError(`there is no command '${name}'. matterkit --help lists them.`);
	if (args.includes('--help') || args.includes('-h')) return print(command.help);
	await command.run(args);
}

/** What somebody at the command line can act on without a stack trace; everything else is a bug of ours. */
function isForThePerson(error: unknown): error is Error {
	return error instanceof UsageError || isHttpError(error);
}

function print(text: string): void {
	process.stdout.write(text);
}

try {
	await main(process.argv.slice(2));
} catch (error) {
	if (!isForThePerson(error)) throw error;
	process.stderr.write(`matterkit: ${error.message}\n`);
	process.exit(2);
}
