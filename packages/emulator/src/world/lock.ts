// One process at a time may keep a journal: two would write over each other.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { EmulatorError } from '../errors.ts';

/** Files that this process holds: its own pid in a lock that is not of these was written before a restart under the same pid. */
const held = new Set<string>();

/** Takes `<path>.lock`; one of a process that is gone is taken over. Gives what releases it. @throws EmulatorError */
export function lock(path: string): () => void {
	const file = `${path}.lock`;
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		const pid = Number(readFileSync(file, 'utf8'));
		if (held.has(file) || (pid !== process.pid && isAlive(pid))) {
			throw new EmulatorError(`${path} is in use by process ${pid}; if that is something else by now, remove ${file}`);
		}
		writeFileSync(file, String(process.pid));
	}
	held.add(file);
	return () => {
		held.delete(file);
		rmSync(file, { force: true });
	};
}

function isAlive(pid: number): boolean {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch (error) {
		// It is there, and somebody else's.
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
