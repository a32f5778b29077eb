import { Acknowledgements } from './acknowledgements.ts';
import { Administration } from './administration.ts';
import { Bookmarks } from './bookmarks.ts';
import { Bots } from './bots.ts';
import { Categories } from './categories.ts';
import { Channels } from './channels.ts';
import { Drafts } from './drafts.ts';
import { Emojis } from './emojis.ts';
import { Files } from './files.ts';
import { Groups } from './groups.ts';
import { Integrations } from './integrations.ts';
import { Journal } from './journal.ts';
import { Posts } from './posts.ts';
import { Preferences } from './preferences.ts';
import { ProfileAttributes } from './profile-attributes.ts';
import { Reactions } from './reactions.ts';
import { Sessions } from './sessions.ts';
import { Statuses } from './statuses.ts';
import { Table, type TableOptions } from './table.ts';
import { Teams } from './teams.ts';
import { Threads } from './threads.ts';
import { Users } from './users.ts';

/** All rows of all kept tables. Plain JSON: it may be written to a file. */
export type Snapshot = Readonly<Record<string, readonly object[]>>;

interface Note {
	readonly name: string;
	readonly value: string;
}

/** Everything the server knows. Each noun keeps its tables and indexes in a class of its own. */
export class World {
	readonly #journal = new Journal();
	readonly #tables = new Map<string, Table<object>>();
	readonly #path: string | undefined;

	/** What the emulator itself has to remember (who its administrator is). */
	readonly notes = this.table<Note>('notes', (note) => note.name);
	readonly users = new Users(this);
	readonly sessions = new Sessions(this);
	readonly preferences = new Preferences(this);
	readonly statuses = new Statuses(this);
	readonly teams = new Teams(this);
	readonly channels = new Channels(this);
	readonly posts = new Posts(this);
	readonly threads = new Threads(this);
	readonly reactions = new Reactions(this);
	readonly bots = new Bots(this);
	readonly emojis = new Emojis(this);
	readonly integrations = new Integrations(this);
	readonly drafts = new Drafts(this);
	readonly bookmarks = new Bookmarks(this);
	readonly categories = new Categories(this);
	readonly groups = new Groups(this);
	readonly acknowledgements = new Acknowledgements(this);
	readonly profileAttributes = new ProfileAttributes(this);
	readonly administration = new Administration(this);
	readonly files: Files;

	/** @param path the journal; without one the world is in memory only. */
	constructor(path?: string) {
		this.#path = path;
		this.files = new Files(this, path && `${path}.files`);
		if (path !== undefined) this.#journal.open(path, this.#tables);
	}

	/** A new table. Call it once for each name, when the world is made. */
	table<Row extends object>(name: string, keyOf: (row: Row) => string, { kept = true }: TableOptions = {}): Table<Row> {
		const table = new Table<Row>(name, keyOf, kept ? this.#journal : undefined);
		// A map of tables of several kinds of row; who asks for one by name hands it rows that it wrote itself.
		this.#tables.set(name, table as unknown as Table<object>);
		return table;
	}

	/** Writes what has changed. Done before a request is answered and before an event is sent. */
	commit(): void {
		this.#journal.commit();
	}

	snapshot(): Snapshot {
		const kept = [...this.#tables.values()].filter((table) => table.kept);
		return structuredClone(Object.fromEntries(kept.map((table) => [table.name, [...table.values()]])));
	}

	restore(snapshot: Snapshot): void {
		for (const table of this.#tables.values()) {
			table.clear();
			for (const row of structuredClone(snapshot[table.name] ?? [])) table.load(row);
		}
		if (this.#path !== undefined) this.#journal.rewrite(this.#path, this.#tables);
	}

	close(): void {
		this.#journal.close();
	}
}
