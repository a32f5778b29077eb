// DM or mention? Pure: seed 004's business flow, with its policy made a setting.

/**
 * - `after-first-message` (default): a direct message to those who have written to the bot, a mention in the notification channel to others
 * - `always`: direct messages to everyone; a real server lets bots write first
 * - `never`: mentions only
 */
export type DmPolicy = 'after-first-message' | 'always' | 'never';

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
