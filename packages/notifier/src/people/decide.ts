// DM or mention? Pure: seed 004's business flow, with its policy made a setting.
import type { DmPolicy } from '../outbox/tables.ts';

/** The direct channel to use, to be made, or the notification channel. */
export type Target = { kind: 'dm'; channelId: string | undefined } | { kind: 'mention' };

/** `dmChannelId`: the channel in which the person wrote to the bot; undefined: they have not. */
export function decideTarget(policy: DmPolicy, dmChannelId: string | undefined): Target {
	switch (policy) {
		case 'after-first-message':
			return dmChannelId === undefined ? { kind: 'mention' } : { kind: 'dm', channelId: dmChannelId };
		case 'always':
			return { kind: 'dm', channelId: dmChannelId };
		case 'never':
			return { kind: 'mention' };
		default:
			throw new Error(`bug: unknown policy ${policy satisfies never}`);
	}
}
