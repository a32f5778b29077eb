// The world on disk: one line of JSON for each change. What was answered has been written, so it survives the death of the
// process (SIGKILL); there is no fsync, so a power cut may take the last seconds.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmulatorError } from '../errors.ts';
import { lock } from './lock.ts';
import type { Recorder, Table } from './table.ts';

type Tables = ReadonlyMap<string, Table<object>>;
type Line = ['+', string, object] | ['~', string, string, object] | ['-', string, string];

const heading = { format: 'matterkit emulator journal', version: 1 };

/** Collects the changes of a request; `commit` writes them with one call before the request is answered. */
export class Journal implements Recorder {
	#file: number | undefined;
	#lines = '';
	#unlock: () => void = () => {};

	inserted(table: string, row: object): void {
		this.#add(['+', table, row]);
	}

	updated(table: string, key: string, changes: object): void {
		this.#add(['~', table, key, changes]);
	}

	deleted(table: string, key: string): void {
		this.#add(['-', table, key]);
	}

	#add(line: Line): void {
		if (this.#file !== undefined) this.#lines += `${JSON.stringify(line)}\n`;
	}

	/** Reads what the file has into the tables, then writes it anew without what is no longer true, and goes on with it. */
	open(path: string, tables: Tables): void {
		mkdirSync(dirname(path), { recursive: true });
		this.#unlock = lock(path);
		try {
			if (existsSync(path)) replay(path, tables);
		} catch (error) {
			this.#unlock();
			throw error;
		}
		this.#compact(path, tables);
	}

	/** Writes what the tables hold to a new file, which then takes the place of the old one. */
	#compact(path: string, tables: Tables): void {
		const compact = `${path}.new`;
		const file = openSync(compact, 'w', 0o600);
		let text = `${JSON.stringify(heading)}\n`;
		for (const table of tables.values()) {
			if (!table.kept) continue;
			for (const row of table.values()) {
				text += `${JSON.stringify(['+', table.name, row])}\n`;
				if (text.length > 1 << 20) text = written(file, text);
			}
		}
		written(file, text);
		fsyncSync(file);
		renameSync(compact, path);
		this.#file = file;
	}

	commit(): void {
		if (this.#lines === '' || this.#file === undefined) return;
		this.#lines = written(this.#file, this.#lines);
	}

	/** Replaces all that was written by what the tables hold now (after `restore`). */
	rewrite(path: string, tables: Tables): void {
		if (this.#file !== undefined) closeSync(this.#file);
		this.#lines = '';
		this.#compact(path, tables);
	}

	close(): void {
		this.commit();
		if (this.#file === undefined) return;
		closeSync(this.#file);
		this.#unlock();
		this.#file = undefined;
		this.#lines = '';
	}
}

function written(file: number, text: string): '' {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
	return '';
}

function replay(path: string, tables: Tables): void {
	const text = readFileSync(path, 'utf8');
	let number = 0;
	let start = 0;
	for (;;) {
		// What follows the last line end was cut while it was written, so nobody was told of it.
		const end = text.indexOf('\n', start);
		if (end < 0) return;
		number++;
		const line = text.slice(start, end);
		start = end + 1;
		if (number === 1) checkHeading(path, line);
		else apply(parse(path, number, line), tables);
	}
}

function checkHeading(path: string, line: string): void {
	const expected = JSON.stringify(heading);
	if (line !== expected)
		throw new EmulatorError(`${path} is not a journal of this emulator: it should begin with ${expected}`);
}

function parse(path: string, number: number, line: string): Line {
	try {
		return JSON.parse(line) as Line;
	} catch {
		throw new EmulatorError(`${path}, line ${number}: not JSON. Take the file away to begin with an empty world.`);
	}
}

function apply(line: Line, tables: Tables): void {
	const table = tables.get(line[1]);
	if (!table) return;
	if (line[0] === '+') table.load(line[2]);
	else if (line[0] === '-') table.unload(line[2]);
	else {
		const row = table.get(line[2]);
		if (row) table.change(row, line[3]);
	}
}
