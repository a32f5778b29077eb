export { NewerDatabaseError, StoreOpenError, StoreUsageError } from './errors.ts';
export { type OpenOptions, openStore, type StoreLocation } from './open.ts';
export type { Migration, Store, StoreKind, StoreLog } from './store.ts';
