// What suites of tests begin with that run on either store. Where PostgreSQL is not installed, its tests are skipped.
import { after, before, test } from 'node:test';
import { openStore, type StoreKind } from '@matterkit/store';
import type { NotifierOptions } from '../options.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { type Databases, startDatabases } from './databases.ts';
import { type RunningService, startService } from './service.ts';
import { createWorld, type World } from './world.ts';

const notInstalled = 'PostgreSQL is not installed';

/** Milliseconds by which this machine's clock is ahead, as the outbox sees it: on SQLite it is the store's. */
export interface TestClock {
	ahead: number;
}

type OutboxTest = (outbox: Outbox, clock: TestClock) => Promise<void>;

/** Tests that have an outbox of their own. To be called in `describe`. */
export function outboxTests(kind: StoreKind): (name: string, body: OutboxTest) => void {
	const databases = databasesOf(kind);
	return (name, body) =>
		test(name, async (t) => {
			const clock = { ahead: 0 };
			await using opened = await databases().outbox(() => Date.now() + clock.ahead);
			if (!opened) return t.skip(notInstalled);
			await body(opened.outbox, clock);
		});
}

export interface ServiceSuite {
	/** The same for all tests of the suite. */
	readonly world: World;
	readonly databases: Databases;
	readonly run: (name: string, body: (service: RunningService) => Promise<void>) => void;
}

/**
 * Tests that have a service of their own. To be called in `describe`.
 * @param people who are there from the beginning
 */
export function serviceTests(
	kind: StoreKind,
	{ people = [], ...options }: Partial<NotifierOptions> & { people?: readonly string[] } = {},
): ServiceSuite {
	const databases = databasesOf(kind);
	let world: World;
	before(async () => {
		world = await createWorld();
		for (const username of people) await world.person(username);
	});
	after(() => world[Symbol.asyncDispose]());
	return {
		get world() {
			return world;
		},
		get databases() {
			return databases();
		},
		run: (name, body) =>
			test(name, async (t) => {
				const location = await databases().location();
				if (!location) return t.skip(notInstalled);
				await using store = await openStore(location);
				await using service = await startService(world, { ...options, store });
				await body(service);
			}),
	};
}

function databasesOf(kind: StoreKind): () => Databases {
	let databases: Databases;
	before(async () => {
		databases = await startDatabases(kind);
	});
	after(() => databases[Symbol.asyncDispose]());
	return () => databases;
}
