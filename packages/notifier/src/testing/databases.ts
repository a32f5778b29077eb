import { join } from 'node:path';
import { openStore, type Store, type StoreKind, type StoreLocation } from '@matterkit/store';
import { startPostgres, tempFolder } from '@matterkit/testing';
import { notifierTables } from '../migrations/index.ts';
import { createOutbox, type Outbox } from '../outbox/outbox.ts';

/** Empty databases of one kind. */
export interface Databases extends AsyncDisposable {
	/** undefined: PostgreSQL is not installed. */
	location(): Promise<StoreLocation | undefined>;
	outbox(now?: () => number): Promise<({ outbox: Outbox; store: Store } & AsyncDisposable) | undefined>;
}

export async function startDatabases(kind: StoreKind): Promise<Databases> {
	await using opened = new AsyncDisposableStack();
	const folder = opened.use(await tempFolder());
	const server = kind === 'postgres' ? await startPostgres() : undefined;
	if (server) opened.use(server);
	let made = 0;
	const location = async (): Promise<StoreLocation | undefined> => {
		made++;
		if (kind === 'sqlite') return { file: join(folder.path, `${made}.db`) };
		return server && { url: await server.createDatabase(`notifier_${made}`) };
	};
	const held = opened.move();
	return {
		location,
		async outbox(now) {
			const place = await location();
			if (!place) return undefined;
			const store = await openStore(place);
			await store.migrate(notifierTables.room, notifierTables.migrations);
			return { store, outbox: createOutbox(store, now), [Symbol.asyncDispose]: () => store.close() };
		},
		[Symbol.asyncDispose]: () => held.disposeAsync(),
	};
}
