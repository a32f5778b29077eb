import type { StoreLocation } from '@matterkit/store';

export interface ServiceConfig {
	readonly strategy: 'none' | 'pending_post_id' | 'ours';
	readonly store: StoreLocation;
	readonly port: number;
	readonly mattermost: { readonly url: string; readonly botToken: string };
	readonly channelId: string;
	readonly postTimeout: number;
	/** Direct channels by username, for the strategies that know nothing of Mattermost but posting. */
	readonly channels: Readonly<Record<string, string>>;
}

export const key = 'chaos-notifications-key';
