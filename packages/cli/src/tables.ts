import { gatewayTables } from '@matterkit/gateway';
import { notifierTables } from '@matterkit/notifier';
import type { Room } from '@matterkit/store';

/** Every room that keeps something in the database. */
export const tables: readonly Room[] = [gatewayTables, notifierTables];
