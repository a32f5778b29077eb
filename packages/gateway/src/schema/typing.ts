import type { Access } from '../access/access.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';
import { mattermostId } from './arguments.ts';
import { type Builder, viewerOf } from './builder.ts';
import { type defineResponseBase, ok } from './response-base.ts';

export function defineTyping(
	builder: Builder,
	{
		access,
		responseBase,
		upstreams,
	}: { access: Access; responseBase: ReturnType<typeof defineResponseBase>; upstreams: Upstreams },
): void {
	builder.mutationField('typing', (t) =>
		t.field({
			type: responseBase,
			description: 'Tells the others of a channel that you are typing.',
			args: {
				channelIdentifier: t.arg.string({ required: true }),
				// It is told to everybody in the channel as it is.
				rootId: t.arg.string({ extensions: mattermostId, description: 'The thread that you write in.' }),
			},
			extensions: { cost: 2 },
			resolve: async (_root, { channelIdentifier, rootId }, context) => {
				const viewer = viewerOf(context);
				const channel = await access.channel(viewer, channelIdentifier);
				await viewer.mattermost((mm) =>
					mm.request(
						'POST /api/v4/users/{user_id}/typing',
						{ user_id: viewer.userId },
						{ json: { channel_id: channel.id, parent_id: rootId ?? '' } },
					),
				);
				await upstreams.typed(channel.id, viewer.userId, rootId ?? '');
				return ok('Told.');
			},
		}),
	);
}
