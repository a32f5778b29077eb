// Kysely on node:sqlite: one connection for all, one query or transaction at a time.
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
import type { GroupCommit } from './group-commit.ts';

/** Prepared statements kept. Queries are written in code, so their number is small; lists of changing length are what could grow it. */
const maxStatements = 500;

export class NodeSqliteDialect implements Dialect {
	readonly #database: DatabaseSync;
	readonly #commits: GroupCommit;

	constructor(database: DatabaseSync, commits: GroupCommit) {
		this.#database = database;
		this.#commits = commits;
	}

	createDriver = (): Driver => new NodeSqliteDriver(this.#database, this.#commits);
	createAdapter = () => new SharedSqliteAdapter();
	createIntrospector = (db: Kysely<never>) => new SqliteIntrospector(db);
	createQueryCompiler = () => new SqliteQueryCompiler();
}

/** Kysely would hold back each query until the one before is answered, which is when it is on disk: then no two could share a trip there. */
class SharedSqliteAdapter extends SqliteAdapter {
	override get supportsMultipleConnections(): boolean {
		return true;
	}
}

class NodeSqliteDriver implements Driver {
	readonly #statements: Statements;
	readonly #commits: GroupCommit;

	constructor(database: DatabaseSync, commits: GroupCommit) {
		this.#statements = new Statements(database);
		this.#commits = commits;
	}

	async init(): Promise<void> {}

	/** There is one connection to the database; this is a caller's view of it. */
	async acquireConnection(): Promise<NodeSqliteConnection> {
		return new NodeSqliteConnection(this.#statements, this.#commits);
	}

	async releaseConnection(): Promise<void> {}

	async beginTransaction(connection: NodeSqliteConnection): Promise<void> {
		await this.#commits.begin();
		connection.inTransaction = true;
	}

	async commitTransaction(connection: NodeSqliteConnection): Promise<void> {
		connection.inTransaction = false;
		await this.#commits.commit();
	}

	async rollbackTransaction(connection: NodeSqliteConnection): Promise<void> {
		// Kysely rolls back after a commit that failed, too; by then the group has done that.
		if (!connection.inTransaction) return;
		connection.inTransaction = false;
		await this.#commits.rollback();
	}

	async destroy(): Promise<void> {
		this.#statements.forget();
		await this.#commits.close();
	}
}

class NodeSqliteConnection implements DatabaseConnection {
	readonly #statements: Statements;
	readonly #commits: GroupCommit;
	inTransaction = false;

	constructor(statements: Statements, commits: GroupCommit) {
		this.#statements = statements;
		this.#commits = commits;
	}

	async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
		const run = () => this.#statements.run<Row>(query);
		if (this.inTransaction) return this.#commits.inside(run);
		return readsOnly.test(query.sql) ? this.#commits.read(run) : this.#commits.write(run);
	}

	async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
		yield await this.executeQuery<Row>(query);
	}
}

/** What surely writes nothing; anything else may (`with … update`). */
const readsOnly = /^\s*(select|pragma|values|explain)\b/i;

/** Statements are prepared once: that costs more than running them. */
class Statements {
	readonly #database: DatabaseSync;
	readonly #prepared = new Map<string, Prepared>();

	constructor(database: DatabaseSync) {
		this.#database = database;
	}

	run<Row>(query: CompiledQuery): QueryResult<Row> {
		const { statement, givesRows } = this.#prepare(query.sql);
		// Kysely types parameters as unknown; what SQLite can't hold (undefined, objects, booleans) node:sqlite refuses by itself.
		const parameters = query.parameters as SQLInputValue[];
		// The rows' type is the caller's claim about its query, as everywhere in Kysely.
		if (givesRows) return { rows: statement.all(...parameters) as Row[] };
		const { changes, lastInsertRowid } = statement.run(...parameters);
		return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
	}

	forget(): void {
		this.#prepared.clear();
	}

	#prepare(sql: string): Prepared {
		const known = this.#prepared.get(sql);
		if (known) return known;
		const statement = this.#database.prepare(sql);
		const prepared = { statement, givesRows: statement.columns().length > 0 };
		// A Map keeps the order of insertion: the first is the oldest.
		const [oldest] = this.#prepared.size >= maxStatements ? this.#prepared.keys() : [];
		if (oldest !== undefined) this.#prepared.delete(oldest);
		this.#prepared.set(sql, prepared);
		return prepared;
	}
}

interface Prepared {
	readonly statement: StatementSync;
	readonly givesRows: boolean;
}
