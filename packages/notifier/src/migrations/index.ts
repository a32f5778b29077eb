import type { Migration } from '@matterkit/store';
import { outbox } from './001-outbox.ts';

/** Under which name the notifier's migrations stand in the store. */
export const room = 'notifier';

export const migrations: readonly Migration[] = [outbox];
