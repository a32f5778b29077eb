import { db } from './db.ts';
import { emulate } from './emulate.ts';
import { send } from './send.ts';
import { start } from './start.ts';
import { tail } from './tail.ts';

/** One command of the command line. */
export interface Command {
	readonly name: string;
	/** One line for the list of commands. */
	readonly summary: string;
	/** What `--help` prints. */
	readonly help: string;
	/** @throws UsageError for what the person at the command line can mend. */
	run(args: readonly string[]): Promise<void>;
}

export const commands: readonly Command[] = [start, emulate, send, tail, db];
