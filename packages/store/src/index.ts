export { backup } from './backup.ts';
export { NewerDatabaseError, StoreOpenError, StoreUsageError } from './errors.ts';
export { type MovedTable, move } from './move.ts';
export { type OpenOptions, openStore, type StoreLocation } from './open.ts';
export { type Room, type RoomStatus, type StoreStatus, status } from './status.ts';
export type { Migration, Store, StoreKind, StoreLog } from './store.ts';
