import type { Mattermost } from '@matterkit/client';
import { orGone } from '../or-gone.ts';

/** Takes back a channel that was made a moment ago: archived channels keep their names, so it gets another before. */
export async function discardChannel(mm: Mattermost, channelId: string): Promise<void> {
	await mm.channels.update(channelId, { name: `void-${channelId}` });
	await orGone(mm.channels.delete(channelId));
}
