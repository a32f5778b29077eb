// Kysely on node:sqlite. One connection, handed to one query or transaction at a time.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
	type CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	type Kysely,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from 'kysely';
import { Turn } from './turn.ts';

/** Prepared statements kept. Queries are written in code, so their number is small; lists of changing length are what could grow it. */
const maxStatements = 500;

export class NodeSqliteDialect implements Dialect {
	readonly #database: DatabaseSync;

	constructor(database: DatabaseSync) {
		this.#database = database;
	}

	createDriver = (): Driver => new NodeSqliteDriver(this.#database);
	createAdapter = () => new SqliteAdapter();
	createIntrospector = (db: Kysely<never>) => new SqliteIntrospector(db);
	createQueryCompiler = () => new SqliteQueryCompiler();
}

class NodeSqliteDriver implements Driver {
	readonly #database: DatabaseSync;
	readonly #connection: NodeSqliteConnection;
	readonly #turn = new Turn();
	#release: (() => void) | undefined;

	constructor(database: DatabaseSync) {
		this.#database = database;
		this.#connection = new NodeSqliteConnection(database);
	}

	async init(): Promise<void> {}

	async acquireConnection(): Promise<DatabaseConnection> {
		const release = await this.#turn.take();
		this.#release = release;
		return this.#connection;
	}

	async releaseConnection(): Promise<void> {
		this.#release?.();
	}

	async beginTransaction(): Promise<void> {
		this.#connection.run('begin immediate');
	}

	async commitTransaction(): Promise<void> {
		this.#connection.run('commit');
	}

	async rollbackTransaction(): Promise<void> {
		// A full disk makes SQLite roll back by itself; a second rollback would hide that error behind its own.
		if (this.#database.isTransaction) this.#connection.run('rollback');
	}

	async destroy(): Promise<void> {
		await this.#turn.take();
		this.#connection.forget();
		this.#database.close();
	}
}

class NodeSqliteConnection implements DatabaseConnection {
	readonly #database: DatabaseSync;
	readonly #statements = new Map<string, Prepared>();

	constructor(database: DatabaseSync) {
		this.#database = database;
	}

	async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
		const { statement, givesRows } = this.#prepare(query.sql);
		// Kysely types parameters as unknown; what SQLite can't hold (undefined, objects, booleans) node:sqlite refuses by itself.
		const parameters = query.parameters as SQLInputValue[];
		// The rows' type is the caller's claim about its query, as everywhere in Kysely.
		if (givesRows) return { rows: statement.all(...parameters) as Row[] };
		const { changes, lastInsertRowid } = statement.run(...parameters);
		return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
	}

	async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
		yield await this.executeQuery<Row>(query);
	}

	run(sql: string): void {
		this.#prepare(sql).statement.run();
	}

	forget(): void {
		this.#statements.clear();
	}

	#prepare(sql: string): Prepared {
		const known = this.#statements.get(sql);
		if (known) return known;
		const statement = this.#database.prepare(sql);
		const prepared = { statement, givesRows: statement.columns().length > 0 };
		// A Map keeps the order of insertion: the first is the oldest.
		const [oldest] = this.#statements.size >= maxStatements ? this.#statements.keys() : [];
		if (oldest !== undefined) this.#statements.delete(oldest);
		this.#statements.set(sql, prepared);
		return prepared;
	}
}

interface Prepared {
	readonly statement: StatementSync;
	readonly givesRows: boolean;
}
