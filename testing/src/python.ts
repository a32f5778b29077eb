import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findServices } from './services.ts';

const run = promisify(execFile);

/**
 * A Python with these packages (`name==version`): a virtual environment that is made once, in `~/.cache/matterkit`.
 * @returns its path; undefined where there is no Python or no package index: the caller leaves its test out. In CI, where
 * nothing may be left out, that is an error.
 */
export async function pythonWith(packages: readonly string[]): Promise<string | undefined> {
	try {
		return await prepare(packages);
	} catch (error) {
		if (process.env.CI) throw error;
		console.error(`matterkit: no Python with ${packages.join(', ')}: ${String(error)}`);
		return undefined;
	}
}

async function prepare(packages: readonly string[]): Promise<string> {
	const python = findServices().python;
	if (!python) throw new Error('python3 is not on the PATH');
	const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'matterkit');
	const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 16);
	const folder = join(cache, `python-${key}`);
	const program = join(folder, 'bin', 'python');
	if (existsSync(program)) return program;
	// Made beside and moved: two tests that start at once must not meet a half of it. Scripts in bin/ name the old place, but
	// the interpreter and what it imports do not care.
	const making = `${folder}.${process.pid}`;
	await mkdir(cache, { recursive: true });
	try {
		await run(python, ['-m', 'venv', making]);
		const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
		await run(join(making, 'bin', 'python'), install, { timeout: 120_000 });
		await rename(making, folder).catch((error: unknown) => {
			if (!existsSync(program)) throw error;
		});
	} finally {
		await rm(making, { recursive: true, force: true });
	}
	return program;
}
