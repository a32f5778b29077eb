import type { Room } from '@matterkit/store';
import { outbox } from './001-outbox.ts';
import { schedule } from './002-schedule.ts';
import { apiKeys } from './003-api-keys.ts';
import { webhooks } from './004-webhooks.ts';
import { rate } from './005-rate.ts';
import { general } from './010-general.ts';
import { preferences } from './011-preferences.ts';
import { digest } from './012-digest.ts';
import { followUps } from './013-follow-ups.ts';

/** The notifier's tables, for `store.migrate`, `status` and `move`. */
export const notifierTables: Room = {
	room: 'notifier',
	migrations: [outbox, schedule, apiKeys, webhooks, rate, general, preferences, digest, followUps],
};
