// Runs a program of this repository on the project's own pinned Node.js, installing what is missing first.
// Plain JavaScript, because this is the one file that runs on whatever Node.js (>= 20) the machine has.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = join(root, 'node_modules/node/bin/node');

/** npm writes its own copy of the lockfile into node_modules: where the two agree, the install is current. */
function installed() {
	const done = join(root, 'node_modules/.package-lock.json');
	if (!existsSync(node) || !existsSync(done)) return false;
	const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
	const present = JSON.parse(readFileSync(done, 'utf8')).packages;
	return Object.entries(wanted).every(
		([path, entry]) =>
			path === '' || !path.includes('node_modules/') || entry.optional || present[path]?.version === entry.version,
	);
}

/** Holds the id of the process that installs: two `npm ci` at once remove each other's files. */
const lock = join(root, '.installing');

function tryLock() {
	try {
		writeFileSync(lock, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
		return false;
	}
}

/** A process that was killed leaves its lock behind, and its id may be another one's by now. */
function isAbandoned() {
	try {
		if (Date.now() - statSync(lock).mtimeMs > 600_000) return true;
		process.kill(Number(readFileSync(lock, 'utf8')), 0);
		return false;
	} catch (error) {
		return error.code === 'ESRCH';
	}
}

/** @returns what went wrong */
function install() {
	process.stderr.write('matterkit: installing dependencies (npm ci) …\n');
	// npm's own progress belongs on stderr: with --json, stdout carries one line and nothing else.
	const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: root,
		stdio: ['ignore', 2, 2],
		shell: process.platform === 'win32',
	});
	if (npm.status !== 0) return 'npm ci failed (see above). Is the package registry reachable?';
	if (!installed()) return 'npm ci left something out. Is ignore-scripts set? Node.js comes by an install script.';
	return undefined;
}

for (let isTold = false; !installed(); isTold = true) {
	if (tryLock()) {
		const problem = installed() ? undefined : install();
		rmSync(lock, { force: true });
		if (!problem) break;
		process.stderr.write(`matterkit: ${problem}\n`);
		process.exit(1);
	}
	if (isAbandoned()) rmSync(lock, { force: true });
	else if (!isTold) process.stderr.write('matterkit: waiting for the npm ci of another process …\n');
	await delay(200);
}

/** Before the program: options of its Node.js. */
const given = process.argv.slice(2);
const first = given.findIndex((argument) => !argument.startsWith('-'));
const [program, ...args] = given.slice(first);
const child = spawn(
	node,
	[
		'--conditions=source',
		'--disable-warning=ExperimentalWarning',
		...given.slice(0, first),
		join(root, program),
		...args,
	],
	{
		// The IPC channel tells the child when this process is gone, however it went.
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
		env: { ...process.env, MATTERKIT_REPO: root },
	},
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm passes SIGTERM on to its shell, and shells do not pass it on: that this one is gone is all that can be noticed.
const shell = process.ppid;
setInterval(() => process.ppid !== shell && child.kill('SIGTERM'), 100).unref();
child.on('error', (error) => {
	process.stderr.write(`matterkit: ${program} could not be started: ${error.message}\n`);
	process.exit(1);
});
child.on('exit', (code, signal) => {
	process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1));
});
