// Subscriptions to the new messages of a channel, for tests of who hears what.
import { until } from '@matterkit/testing';
import { metric, type World } from './gateway-world.ts';
import { type Subscriber, subscribe } from './subscriber.ts';

export interface Heard {
	readonly onNewChatMessage: { readonly message: { id: string; message: string } };
}

const onNewChatMessage = `subscription ($c: String!, $after: String) {
	onNewChatMessage(channelIdentifier: $c, after: $after) { message { id message } }
}`;

export const listen = (world: Pick<World, 'socketUrl'>, token: string, c: string, after?: string): Subscriber<Heard> =>
	subscribe<Heard>({
		url: world.socketUrl,
		token,
		query: onNewChatMessage,
		variables: { c, ...(after ? { after } : {}) },
	});

/** The next message. */
export const text = async (subscriber: Subscriber<Heard>): Promise<string> =>
	(await subscriber.next()).onNewChatMessage.message.message;

/** What the subscription ends with, whatever came before. */
export async function endOf(subscriber: Subscriber<unknown>): Promise<string> {
	for (;;) {
		try {
			await subscriber.next();
		} catch (error) {
			return String(error);
		}
	}
}

/** Event streams that are open to Mattermost. */
export const streams = (world: World): Promise<number> => metric(world.gateway, 'upstreams');

export const oneStream = (world: World) => until('one stream', async () => (await streams(world)) === 1);

/** A stream makes its user appear online, so who is not connected must not have one. */
export async function whoCovers(
	world: World,
	people: readonly { id: string; username: string }[],
): Promise<readonly string[]> {
	const online = await world.mattermost<{ user_id: string; status: string }[]>(
		'POST',
		'/users/status/ids',
		people.map(({ id }) => id),
	);
	return people
		.filter(({ id }) => online.some(({ user_id, status }) => user_id === id && status === 'online'))
		.map(({ username }) => username);
}
