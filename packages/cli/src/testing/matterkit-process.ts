import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../../../..');
const main = join(root, 'packages/cli/src/main.ts');

export interface Ready {
	readonly pid: number;
	readonly url: string;
	readonly graphql: string;
	readonly websocket: string;
	readonly notifications: string;
	readonly mattermost: string;
	readonly notificationsKey: string | null;
	readonly admin: { username: string; password: string; token: string } | null;
	readonly users: readonly { username: string; password: string }[];
}

export interface MatterkitProcess extends AsyncDisposable {
	readonly ready: Ready;
	/** What it logged so far. */
	log(): string;
	/** Sends the signal and gives the exit code, null when the signal itself ended the process. */
	end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Environment without what would change how the program under test is configured. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
	const kept = Object.entries(process.env).filter(
		([name]) => !/^(MATTER|DATABASE_URL|REDIS_URL|APP_BASE|DJANGO)/.test(name),
	);
	return { ...(Object.fromEntries(kept) as Record<string, string>), ...extra };
}

/** Runs `matterkit …` to its end. */
export async function matterkit(args: readonly string[], options: { env?: Record<string, string>; cwd?: string } = {}) {
	const child = spawnMatterkit(args, options);
	const output = { stdout: '', stderr: '' };
	child.stdout?.on('data', (chunk) => {
		output.stdout += chunk;
	});
	child.stderr?.on('data', (chunk) => {
		output.stderr += chunk;
	});
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, ...output };
}

/** Starts `matterkit start --json` and waits for its line. */
export async function startMatterkit(
	data: string,
	options: { env?: Record<string, string>; cwd?: string; args?: readonly string[] } = {},
): Promise<MatterkitProcess> {
	const args = ['start', '--port', '0', '--data', data, '--json', ...(options.args ?? [])];
	const child = spawnMatterkit(args, { cwd: data, ...options });
	let logged = '';
	child.stderr?.on('data', (chunk) => {
		logged += chunk;
	});
	const ready = await firstLine(child);
	const end = async (signal: NodeJS.Signals) => {
		if (child.exitCode === null && child.signalCode === null) {
			child.kill(signal);
			await once(child, 'exit');
		}
		return child.exitCode;
	};
	return {
		ready,
		log: () => logged,
		end,
		async [Symbol.asyncDispose]() {
			await end('SIGKILL');
		},
	};
}

export function spawnMatterkit(
	args: readonly string[],
	options: { env?: Record<string, string>; cwd?: string },
): ChildProcess {
	return spawn(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', main, ...args], {
		cwd: options.cwd ?? root,
		env: cleanEnvironment(options.env),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/** @throws Error with what the program said, when it ends before its first line. */
async function firstLine(child: ChildProcess): Promise<Ready> {
	if (!child.stdout || !child.stderr) throw new Error('stdout and stderr must be pipes');
	let said = '';
	child.stderr.on('data', (chunk) => {
		said += chunk;
	});
	const lines = createInterface({ input: child.stdout });
	const ended = once(child, 'exit').then(([code]) => {
		throw new Error(`matterkit ended with code ${code} before it was ready: ${said}`);
	});
	const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
	return JSON.parse(line) as Ready;
}
