import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from './usage-error.ts';

/** What signs, seals and lets in. Generated once, so that a restart orphans no account and no token. */
export interface Secrets {
	readonly secret: string;
	readonly notificationsKey: string;
}

/** How other commands on this machine reach the running server. */
const runningServer = z.object({ pid: z.number(), mattermost: z.string(), token: z.string() });
export type RunningServer = z.infer<typeof runningServer>;

const secretsFile = z.object({ secret: z.string().min(16), notificationsKey: z.string().min(16) });

/** The folder with everything a server keeps: secrets, embedded database, the emulator's world. */
export class DataFolder {
	readonly path: string;

	/**
	 * Makes the folder (0700) where it is missing.
	 * @throws UsageError when it cannot be made, read or written.
	 */
	constructor(path: string) {
		this.path = resolve(path);
		this.#attempt('be used', () => {
			makeFolder(this.path);
			const probe = this.file(`.probe-${process.pid}`);
			writeFileSync(probe, '');
			rmSync(probe);
		});
	}

	/** The path of a file in the folder. */
	file(name: string): string {
		return join(this.path, name);
	}

	/** A file of JSON; undefined where there is none. */
	read<T>(name: string, shape: z.ZodType<T>): T | undefined {
		return readJson(this.file(name), shape);
	}

	/** The secrets kept here, made now where there are none. What `given` sets wins and is not written down. */
	secrets(given: { readonly secret: string | undefined; readonly notificationsKey: string | undefined }): Secrets {
		const kept = given.secret && given.notificationsKey ? undefined : this.#keptSecrets();
		return {
			secret: given.secret ?? kept?.secret ?? '',
			notificationsKey: given.notificationsKey ?? kept?.notificationsKey ?? '',
		};
	}

	/** Tells other commands on this machine where the server is. */
	announce(server: RunningServer): void {
		this.writePrivately('running.json', server);
	}

	withdraw(): void {
		rmSync(this.file('running.json'), { force: true });
	}

	/** Writes a file of JSON (0600), whole or not at all: a crash in between must not leave half a secret. */
	writePrivately(name: string, value: unknown): void {
		this.#attempt('be written', () => {
			const draft = this.file(`${name}.${process.pid}`);
			writeFileSync(draft, `${JSON.stringify(value, null, '\t')}\n`, { mode: 0o600, flush: true });
			renameSync(draft, this.file(name));
		});
	}

	#keptSecrets(): Secrets {
		const kept = this.read('secrets.json', secretsFile);
		if (kept) return kept;
		const made = {
			secret: randomBytes(32).toString('base64url'),
			notificationsKey: randomBytes(24).toString('base64url'),
		};
		this.writePrivately('secrets.json', made);
		return made;
	}

	#attempt(what: string, work: () => void): void {
		try {
			work();
		} catch (error) {
			throw new UsageError(`the data folder ${this.path} cannot ${what}: ${(error as Error).message}`);
		}
	}
}

/** The server that runs on this data folder, if one does. Reads only: asking makes no folder. */
export function findRunningServer(dataFolder: string): RunningServer | undefined {
	const server = readJson(join(resolve(dataFolder), 'running.json'), runningServer);
	return server && isAlive(server.pid) ? server : undefined;
}

/** Not by `recursive`: Node's loops for ever where a parent is there and nothing can be made in it (/proc). */
function makeFolder(path: string): void {
	if (existsSync(path)) return;
	makeFolder(dirname(path));
	mkdirSync(path, { mode: 0o700 });
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

function readJson<T>(path: string, shape: z.ZodType<T>): T | undefined {
	let json: string;
	try {
		json = readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
	}
	const parsed = shape.safeParse(tryParse(json));
	if (!parsed.success)
		throw new UsageError(`${path} is damaged: restore it from a backup, or remove it to make a new one`);
	return parsed.data;
}

function tryParse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
