import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from './end-with-us.ts';
import { freePort } from './free-port.ts';
import { findServices } from './services.ts';
import { until } from './until.ts';

export interface PostgresServer extends AsyncDisposable {
	/** `postgres://…` of the database `postgres`. */
	readonly url: string;
	/** Makes an empty database and gives its URL. */
	createDatabase(name: string): Promise<string>;
	/** Ends the server as a crash does (SIGQUIT, no checkpoint). */
	crash(): Promise<void>;
	/** Starts it again on the same port and data. */
	start(): Promise<void>;
	stop(): Promise<void>;
}

/**
 * A PostgreSQL server of the test's own, on a free loopback port in a temporary folder.
 * @returns undefined where PostgreSQL is not installed: the caller skips its test.
 */
export async function startPostgres(): Promise<PostgresServer | undefined> {
	const bin = findServices().postgres;
	if (!bin) return undefined;
	const folder = mkdtempSync(join(tmpdir(), 'matterkit-postgres-'));
	const owner = serverUser();
	if (owner) chownSync(folder, owner.uid, owner.gid);
	const as = owner ? { uid: owner.uid, gid: owner.gid } : {};
	const cluster = join(folder, 'data');
	const initdb = spawnSync(
		join(bin, 'initdb'),
		['-D', cluster, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
		{ ...as, cwd: folder, encoding: 'utf8' },
	);
	if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr}`);
	const port = await freePort();
	let server: ChildProcess | undefined;

	const start = async () => {
		const args = ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'max_connections=100'];
		const child = spawn(join(bin, 'postgres'), args, { ...as, cwd: folder, stdio: 'ignore' });
		server = child;
		endWithUs(child, 'QUIT');
		await until('PostgreSQL accepts connections', () => answers(bin, port, child), { timeout: 60_000, every: 25 });
	};
	const end = async (signal: NodeJS.Signals) => {
		const child = server;
		server = undefined;
		if (!child || child.exitCode !== null) return;
		child.kill(signal);
		await once(child, 'exit');
	};
	await start();

	return {
		url: `postgres://postgres@127.0.0.1:${port}/postgres`,
		async createDatabase(name) {
			const made = spawnSync(join(bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', name], {
				encoding: 'utf8',
			});
			if (made.status !== 0) throw new Error(`createdb failed: ${made.stderr}`);
			return `postgres://postgres@127.0.0.1:${port}/${name}`;
		},
		crash: () => end('SIGQUIT'),
		start,
		stop: () => end('SIGINT'),
		async [Symbol.asyncDispose]() {
			await end('SIGINT');
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** PostgreSQL refuses to run as root: Debian's package makes a user for it. */
function serverUser(): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
	return { uid: id('-u'), gid: id('-g') };
}

/** Takes connections, not only listens: while it recovers it refuses them. */
function answers(bin: string, port: number, child: ChildProcess): boolean {
	if (child.exitCode !== null) throw new Error(`postgres ended with code ${child.exitCode}`);
	return spawnSync(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status === 0;
}
