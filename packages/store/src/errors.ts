/** The database could not be opened: wrong path, no permission, not a database, in use by another process, server not reachable. */
export class StoreOpenError extends Error {
	override readonly name = 'StoreOpenError' as const;
}

/** The database holds migrations that this program does not know: it was used by a newer one. */
export class NewerDatabaseError extends Error {
	override readonly name = 'NewerDatabaseError' as const;
}

/** The store was used in a way that can't work: a transaction inside a transaction, a closed store, a migration out of order. */
export class StoreUsageError extends Error {
	override readonly name = 'StoreUsageError' as const;
}
