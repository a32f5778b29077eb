import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Store, StoreStatus } from '@matterkit/store';
import { parse } from '../arguments.ts';
import { DataFolder } from '../data-folder.ts';
import { UsageError } from '../usage-error.ts';
import type { Command } from './index.ts';

export const db: Command = {
	name: 'db',
	summary: 'migrate, inspect, back up or move the database',
	help: `Looks after the database of matterkit start: PostgreSQL where DATABASE_URL is set, else the embedded one of the data folder.

usage: matterkit db status
       matterkit db migrate
       matterkit db backup <file>
       matterkit db move

  status        tables, rows, migrations that are applied or missing
  migrate       apply what is missing (matterkit start does so by itself)
  backup        copy the embedded database into a new file, also while the server runs
  move          take all rows from the embedded database to the empty PostgreSQL of DATABASE_URL,
                verified by counts and checksums; the server must not be running

  --data DIR    data folder (default .matterkit)
  --json        print JSON
`,
	async run(args) {
		const { values, positionals } = parse('db', args, {
			data: { type: 'string', default: '.matterkit' },
			json: { type: 'boolean' },
		});
		const [action = '', file, ...rest] = positionals;
		const folder = resolve(values.data);
		const { readConfig, withDotEnv } = await import('../config.ts');
		const { databaseUrl } = readConfig(withDotEnv(process.env, process.cwd()));
		const print = (result: object, sentence: string) =>
			void process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${sentence}\n`);
		if (rest.length > 0 || (file !== undefined && action !== 'backup'))
			throw new UsageError('too many arguments. See matterkit db --help');
		switch (action) {
			case 'status': {
				const found = await databaseStatus(databaseUrl, folder);
				return print(found, describe(found));
			}
			case 'migrate':
				return print({ migrated: true }, await migrateAll(databaseUrl, folder));
			case 'backup': {
				if (databaseUrl) throw new UsageError('DATABASE_URL is set: use pg_dump for PostgreSQL');
				if (!file) throw new UsageError('db backup takes the name of a new file. See matterkit db --help');
				await backupTo(folder, resolve(file));
				return print({ file: resolve(file) }, `backed up to ${resolve(file)}`);
			}
			case 'move': {
				const moved = await moveAll(databaseUrl, folder);
				return print(moved, moved.map(({ name, rows }) => `  ${name}  ${rows} rows, verified`).join('\n'));
			}
			default:
				throw new UsageError(`db ${action}: status, migrate, backup or move. See matterkit db --help`);
		}
	},
};

/** The embedded database of the folder, opened by this process. @throws UsageError when there is none, or a server has it. */
async function openEmbedded(folder: string): Promise<Store> {
	if (!existsSync(join(folder, 'matterkit.db')))
		throw new UsageError(`there is no database in ${folder}. Name the data folder with --data`);
	const { openDatabase } = await import('../open-database.ts');
	return openDatabase(undefined, new DataFolder(folder));
}

async function open(databaseUrl: string | undefined, folder: string): Promise<Store> {
	if (!databaseUrl) return openEmbedded(folder);
	const { openDatabase } = await import('../open-database.ts');
	return openDatabase(databaseUrl, new DataFolder(folder));
}

async function databaseStatus(databaseUrl: string | undefined, folder: string): Promise<StoreStatus> {
	const { askServer } = await import('../control.ts');
	const running = databaseUrl ? undefined : await askServer(folder, 'status', {});
	if (running) return running;
	const [{ status }, { tables }] = await Promise.all([import('@matterkit/store'), import('../tables.ts')]);
	await using store = await open(databaseUrl, folder);
	// Awaited here: the store is closed when the function ends.
	return await status(store, tables);
}

async function migrateAll(databaseUrl: string | undefined, folder: string): Promise<string> {
	const { tables } = await import('../tables.ts');
	await using store = await open(databaseUrl, folder);
	for (const { room, migrations } of tables) await store.migrate(room, migrations);
	return 'the database is up to date';
}

async function backupTo(folder: string, file: string): Promise<void> {
	const { askServer } = await import('../control.ts');
	if (await askServer(folder, 'backup', { file })) return;
	const { backup } = await import('@matterkit/store');
	await using store = await openEmbedded(folder);
	await backup(store, file).catch((error: Error) => {
		throw new UsageError(error.message);
	});
}

async function moveAll(databaseUrl: string | undefined, folder: string) {
	if (!databaseUrl) throw new UsageError('DATABASE_URL is not set: the PostgreSQL database that the rows are moved to');
	const [{ move }, { tables }, { openDatabase }] = await Promise.all([
		import('@matterkit/store'),
		import('../tables.ts'),
		import('../open-database.ts'),
	]);
	await using from = await openEmbedded(folder);
	await using to = await openDatabase(databaseUrl, new DataFolder(folder));
	return await move(from, to, tables).catch((error: Error) => {
		throw new UsageError(error.message);
	});
}

function describe({ kind, rooms, tables, bytes }: StoreStatus): string {
	const migrations = rooms.map(({ room, applied, missing, unknown }) => {
		const notes = [
			...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
			...(unknown.length > 0 ? [`of a newer program: ${unknown.join(', ')}`] : []),
		];
		return `  ${room.padEnd(12)}${applied.length} migrations applied${notes.length > 0 ? `; ${notes.join('; ')}` : ''}`;
	});
	return [
		`${kind}, ${(bytes / 1024).toFixed(0)} KiB`,
		...migrations,
		...tables.map(({ name, rows }) => `  ${name.padEnd(28)}${rows} rows`),
	].join('\n');
}
