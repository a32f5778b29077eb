// Every route that the emulator has. A noun adds its list here.
import type { Route } from '../router.ts';
import { accessTokenRoutes } from './access-tokens.ts';
import { acknowledgementRoutes } from './acknowledgements.ts';
import { actionRoutes } from './actions.ts';
import { bookmarkRoutes } from './bookmarks.ts';
import { botRoutes } from './bots.ts';
import { categoryRoutes } from './categories.ts';
import { channelListRoutes } from './channel-lists.ts';
import { channelMemberRoutes } from './channel-members.ts';
import { channelMoveRoutes } from './channel-moves.ts';
import { channelPostRoutes } from './channel-posts.ts';
import { channelRoutes } from './channels.ts';
import { commandRoutes } from './commands.ts';
import { configRoutes } from './config.ts';
import { draftRoutes } from './drafts.ts';
import { emojiRoutes } from './emojis.ts';
import { fileRoutes } from './files.ts';
import { groupLinkRoutes } from './group-links.ts';
import { groupRoutes } from './groups.ts';
import { imageRoutes } from './images.ts';
import { incomingWebhookRoutes } from './incoming-webhooks.ts';
import { jobRoutes } from './jobs.ts';
import { oauthAppRoutes } from './oauth-apps.ts';
import { outgoingWebhookRoutes } from './outgoing-webhooks.ts';
import { pluginRoutes } from './plugins.ts';
import { postSearchRoutes } from './post-search.ts';
import { postRoutes } from './posts.ts';
import { preferenceRoutes } from './preferences.ts';
import { profileAttributeRoutes } from './profile-attributes.ts';
import { reactionRoutes } from './reactions.ts';
import { roleRoutes } from './roles.ts';
import { scheduledPostRoutes } from './scheduled-posts.ts';
import { sessionRoutes } from './sessions.ts';
import { siteRoutes } from './site.ts';
import { statisticsRoutes } from './statistics.ts';
import { statusRoutes } from './status.ts';
import { systemRoutes } from './system.ts';
import { teamMemberRoutes } from './team-members.ts';
import { teamRoutes } from './teams.ts';
import { termsOfServiceRoutes } from './terms-of-service.ts';
import { threadRoutes } from './threads.ts';
import { upkeepRoutes } from './upkeep.ts';
import { uploadRoutes } from './uploads.ts';
import { userRoutes } from './users.ts';

export const routes: readonly Route[] = [
	...systemRoutes,
	...userRoutes,
	...accessTokenRoutes,
	...channelMemberRoutes,
	...channelPostRoutes,
	...channelRoutes,
	...channelMoveRoutes,
	...channelListRoutes,
	...postRoutes,
	...postSearchRoutes,
	...preferenceRoutes,
	...reactionRoutes,
	...roleRoutes,
	...sessionRoutes,
	...statusRoutes,
	...teamMemberRoutes,
	...teamRoutes,
	...botRoutes,
	...emojiRoutes,
	...fileRoutes,
	...acknowledgementRoutes,
	...actionRoutes,
	...bookmarkRoutes,
	...categoryRoutes,
	...commandRoutes,
	...draftRoutes,
	...groupLinkRoutes,
	...groupRoutes,
	...incomingWebhookRoutes,
	...outgoingWebhookRoutes,
	...profileAttributeRoutes,
	...scheduledPostRoutes,
	...configRoutes,
	...imageRoutes,
	...jobRoutes,
	...oauthAppRoutes,
	...pluginRoutes,
	...siteRoutes,
	...statisticsRoutes,
	...termsOfServiceRoutes,
	...threadRoutes,
	...upkeepRoutes,
	...uploadRoutes,
];
