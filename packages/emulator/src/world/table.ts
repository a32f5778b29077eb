// Rows in memory with indexes. Every change is told to one recorder (the journal), so what a noun keeps in tables survives.

/** Follows a table's rows, to keep an index of its own. */
export interface Watcher<Row> {
	added(row: Row): void;
	removed(row: Row): void;
	/** Before and after the fields of a row change in place. */
	changing?(row: Row): void;
	changed?(row: Row): void;
	cleared(): void;
}

/** Told of each change before it can be seen by anybody. */
export interface Recorder {
	inserted(table: string, row: object): void;
	updated(table: string, key: string, changes: object): void;
	deleted(table: string, key: string): void;
}

export interface TableOptions {
	/** False: gone when the process ends (statuses, what is kept for seconds). Default true. */
	readonly kept?: boolean;
}

/** Rows by key. A row is changed by `update` only: it stays the same object, so others may hold on to it. */
export class Table<Row extends object> {
	readonly name: string;
	readonly #keyOf: (row: Row) => string;
	readonly #recorder: Recorder | undefined;
	readonly #rows = new Map<string, Row>();
	readonly #watchers: Watcher<Row>[] = [];

	constructor(name: string, keyOf: (row: Row) => string, recorder: Recorder | undefined) {
		this.name = name;
		this.#keyOf = keyOf;
		this.#recorder = recorder;
	}

	get kept(): boolean {
		return this.#recorder !== undefined;
	}

	get size(): number {
		return this.#rows.size;
	}

	get(key: string): Row | undefined {
		return this.#rows.get(key);
	}

	has(key: string): boolean {
		return this.#rows.has(key);
	}

	values(): IterableIterator<Row> {
		return this.#rows.values();
	}

	insert(row: Row): Row {
		this.#recorder?.inserted(this.name, row);
		this.load(row);
		return row;
	}

	update(row: Row, changes: Partial<Row>): Row {
		this.#recorder?.updated(this.name, this.#keyOf(row), changes);
		this.change(row, changes);
		return row;
	}

	delete(row: Row): void {
		const key = this.#keyOf(row);
		this.#recorder?.deleted(this.name, key);
		this.unload(key);
	}

	/** Like `update`, `insert` and `delete`, these without recording: for the journal and for `restore`. */
	change(row: Row, changes: Partial<Row>): void {
		for (const watcher of this.#watchers) watcher.changing?.(row);
		Object.assign(row, changes);
		for (const watcher of this.#watchers) watcher.changed?.(row);
	}

	load(row: Row): void {
		const key = this.#keyOf(row);
		if (this.#rows.has(key)) this.unload(key);
		this.#rows.set(key, row);
		for (const watcher of this.#watchers) watcher.added(row);
	}

	unload(key: string): void {
		const row = this.#rows.get(key);
		if (!row) return;
		this.#rows.delete(key);
		for (const watcher of this.#watchers) watcher.removed(row);
	}

	clear(): void {
		this.#rows.clear();
		for (const watcher of this.#watchers) watcher.cleared();
	}

	watch<W extends Watcher<Row>>(watcher: W): W {
		this.#watchers.push(watcher);
		return watcher;
	}

	/** Rows by something they share: `members.by((member) => member.channel_id)`. undefined leaves a row out. */
	by(keyOf: (row: Row) => string | undefined): Index<Row> {
		return this.watch(new Index(keyOf));
	}
}

const none: ReadonlySet<never> = new Set();

export class Index<Row> implements Watcher<Row> {
	readonly #keyOf: (row: Row) => string | undefined;
	readonly #rows = new Map<string, Set<Row>>();
	#before: string | undefined;

	constructor(keyOf: (row: Row) => string | undefined) {
		this.#keyOf = keyOf;
	}

	get(key: string): ReadonlySet<Row> {
		return this.#rows.get(key) ?? none;
	}

	/** The row with that key, where there can be one only. */
	one(key: string): Row | undefined {
		const rows = this.#rows.get(key);
		return rows?.values().next().value;
	}

	added(row: Row): void {
		const key = this.#keyOf(row);
		if (key === undefined) return;
		const rows = this.#rows.get(key);
		if (rows) rows.add(row);
		else this.#rows.set(key, new Set([row]));
	}

	removed(row: Row): void {
		this.#remove(this.#keyOf(row), row);
	}

	changing(row: Row): void {
		this.#before = this.#keyOf(row);
	}

	changed(row: Row): void {
		if (this.#before === this.#keyOf(row)) return;
		this.#remove(this.#before, row);
		this.added(row);
	}

	cleared(): void {
		this.#rows.clear();
	}

	#remove(key: string | undefined, row: Row): void {
		if (key === undefined) return;
		const rows = this.#rows.get(key);
		if (!rows?.delete(row)) return;
		if (rows.size === 0) this.#rows.delete(key);
	}
}
