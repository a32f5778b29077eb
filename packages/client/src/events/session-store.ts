import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { type Position, readPosition } from './position.ts';

/** Keeps the position of one stream over a restart of the program. */
export interface SessionStore {
	/** undefined: nothing was kept, the stream begins with what happens now. */
	load(): Promise<Position | undefined>;
	/** Called at most once a second and at the end; calls do not overlap. */
	save(position: Position): Promise<void>;
}

/** For tests, and for a stream that is closed and opened again in one process. */
export function memoryStore(): SessionStore {
	let kept: string | undefined;
	return {
		load: async () => (kept === undefined ? undefined : readPosition(JSON.parse(kept))),
		save: async (position) => {
			kept = JSON.stringify(position);
		},
	};
}

/** One file, replaced as a whole: a crash leaves the old position or the new one. Readable by its owner only. */
export function fileStore(path: string): SessionStore {
	return {
		async load() {
			const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
				if (error.code === 'ENOENT') return undefined;
				throw error;
			});
			if (text === undefined) return undefined;
			try {
				return readPosition(JSON.parse(text));
			} catch (error) {
				throw new Error(`${path} can't be read as a stream's position: delete it to begin anew`, { cause: error });
			}
		},
		async save(position) {
			const next = `${path}.${process.pid}.next`;
			try {
				await writeFile(next, JSON.stringify(position), { mode: 0o600, flush: true });
				await rename(next, path);
			} catch (error) {
				await unlink(next).catch(() => {});
				throw error;
			}
		},
	};
}
