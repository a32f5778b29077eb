import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The bytes of files by id: in memory, or in a folder where the world is kept in a file. A snapshot holds what is known about
 * the files, not the bytes: `restore` finds them as long as the emulator (or the folder) is the same.
 */
export class FileContents {
	readonly #folder: string | undefined;
	readonly #chunks = new Map<string, Buffer[]>();

	constructor(folder: string | undefined) {
		this.#folder = folder;
	}

	append(id: string, bytes: Buffer): void {
		if (this.#folder !== undefined) {
			mkdirSync(this.#folder, { recursive: true });
			appendFileSync(join(this.#folder, id), bytes, { mode: 0o600 });
			return;
		}
		const chunks = this.#chunks.get(id);
		if (chunks) chunks.push(bytes);
		else this.#chunks.set(id, [bytes]);
	}

	read(id: string): Buffer | undefined {
		if (this.#folder !== undefined) {
			const path = join(this.#folder, id);
			return existsSync(path) ? readFileSync(path) : undefined;
		}
		const chunks = this.#chunks.get(id);
		if (!chunks) return undefined;
		const [only] = chunks;
		if (only && chunks.length === 1) return only;
		const whole = Buffer.concat(chunks);
		this.#chunks.set(id, [whole]);
		return whole;
	}

	delete(id: string): void {
		if (this.#folder === undefined) this.#chunks.delete(id);
		else rmSync(join(this.#folder, id), { force: true });
	}
}
