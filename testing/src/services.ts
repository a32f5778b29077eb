// Finds the programs that tests start for themselves, and installs what is missing where it may (root, apt-get).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where each program is; undefined where the machine has none. */
export interface Services {
	/** Folder with PostgreSQL's server programs (initdb, postgres). */
	readonly postgres: string | undefined;
	readonly redis: string | undefined;
	readonly chromium: string | undefined;
	readonly python: string | undefined;
}

const debianPackages: Record<keyof Services, readonly string[]> = {
	postgres: ['postgresql'],
	redis: ['redis-server'],
	chromium: ['chromium'],
	python: ['python3', 'python3-venv'],
};

/** The services on this machine, without installing anything. */
export function findServices(): Services {
	return {
		postgres: postgresFolder(),
		redis: onPath('redis-server'),
		chromium: onPath('chromium') ?? onPath('chromium-browser') ?? onPath('google-chrome'),
		python: onPath('python3'),
	};
}

/** Installs what `findServices` does not find. Returns the names of the services that are still missing. */
export function installMissing(log: (line: string) => void): (keyof Services)[] {
	const missing = () => {
		const found = findServices();
		return (Object.keys(debianPackages) as (keyof Services)[]).filter((name) => !found[name]);
	};
	const wanted = missing();
	if (wanted.length > 0 && process.getuid?.() === 0 && onPath('apt-get')) {
		const packages = wanted.flatMap((name) => debianPackages[name]);
		log(`installing ${packages.join(', ')} with apt-get`);
		aptGet(['update', '-qq']);
		aptGet(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
	}
	return missing();
}

function aptGet(args: string[]): void {
	// policy-rc.d would start a system-wide server at install; tests start their own.
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
	spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
}

function onPath(program: string): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function postgresFolder(): string | undefined {
	const debian = '/usr/lib/postgresql';
	const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
	const folder = versions.map((version) => join(debian, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
	const initdb = folder ? undefined : onPath('initdb');
	return folder ?? (initdb ? join(initdb, '..') : undefined);
}
