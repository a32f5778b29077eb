import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program in a process of its own. */
export interface Child {
	/** The first line it printed, when it was ready. */
	readonly line: string;
	/** Ends it as a crash does. */
	kill(): Promise<void>;
}

/**
 * @param env beside that of this process
 * @throws Error when it ends before it is ready
 */
export async function startChild(
	file: string,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Promise<Child> {
	// The channel tells it when this process is gone, however that ended: nothing is left behind.
	const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
		env: { ...process.env, ...env },
	});
	const exited = once(child, 'exit');
	if (!child.stdout) throw new Error('bug: stdout is a pipe');
	const lines = createInterface({ input: child.stdout });
	const line = await Promise.race([
		new Promise<string>((resolve) => lines.once('line', resolve)),
		exited.then(([code]) => Promise.reject(new Error(`${file} ended with code ${code} before it was ready`))),
	]);
	return {
		line,
		kill: async () => {
			await end(child, exited);
		},
	};
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
	if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
	await exited;
}
