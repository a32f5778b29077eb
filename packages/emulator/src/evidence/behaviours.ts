// What the emulator does, and how it is known that the real server does the same.

export type Evidence =
	/** Seen on a running 11.6 server: recorded, or measured there. */
	| 'recorded'
	/** Read from the server's source, not seen running. */
	| 'read'
	/** From the public API documentation and the types of official clients, or a choice. */
	| 'guessed';

export interface BehaviourGroup {
	readonly title: string;
	/** Files of tests, beside the replay, that fail when one of these is no longer so. */
	readonly tests: readonly string[];
	readonly behaviours: readonly (readonly [evidence: Evidence, what: string])[];
}

export const behaviourGroups: readonly BehaviourGroup[] = [
	{
		title: 'Errors and headers',
		tests: ['server.test.ts', 'other-clients/python-clients.test.ts'],
		behaviours: [
			[
				'recorded',
				'errors are `{id, message, detailed_error, request_id, status_code}`; the 429 is the text `limit exceeded\\n`',
			],
			['recorded', 'an unknown route or a wrong method is 404 `api.context.404.app_error` without a request id'],
			[
				'recorded',
				'no token or a bad one is 401 `api.context.session_expired.app_error`; a bad one also clears the cookie',
			],
			[
				'recorded',
				'ETag and 304 on users, posts and channels; `Expires: 0` on GET; X-Request-Id and X-Version-Id on all but 404 and 429',
			],
			['recorded', 'a missing or forbidden channel_id on POST /posts is 403, as is a bot that is not in the channel'],
			['read', 'a body over 300,000 bytes is 413, a URL over 2,048 characters is 414'],
			['guessed', 'a path with `//` or `/../` is answered 301 with the clean path'],
			['guessed', 'messages are English whatever Accept-Language says'],
		],
	},
	{
		title: 'Users, sessions, tokens, bots',
		tests: ['rest/bots.test.ts', 'rest/profile-attributes.test.ts'],
		behaviours: [
			[
				'recorded',
				'sign-up, its refusals and their ids; the login answers the token in the header Token; failed attempts are counted',
			],
			['recorded', 'what of a user the user, an administrator and others see'],
			[
				'recorded',
				'lists are clamped at 200 a page, a page that is no number is page 0; by ids in the order of the ids',
			],
			[
				'recorded',
				'personal access tokens: made by an administrator for others, refused to users, revoked at once; 501 where they are off',
			],
			[
				'recorded',
				'a password reset by an administrator leaves the sessions; a deactivated user cannot log in and has no sessions',
			],
			['recorded', 'bots: made by administrators, listed, read; DMs with anybody; nothing in channels they are not in'],
			['recorded', 'sign-up, tokens and bots are refused with the ids of a server with default settings'],
			['read', 'a session lasts 180 days'],
			['guessed', 'bots: disable, enable, assign, convert to and from users; orphaned bots'],
			['guessed', 'the second factor, LDAP, SAML and guests do not exist'],
		],
	},
	{
		title: 'Teams and channels',
		tests: ['rest/categories.test.ts', 'rest/bookmarks.test.ts', 'rest/groups.test.ts'],
		behaviours: [
			['recorded', 'who joins a team is in Town Square and Off-Topic, with a post and an event each'],
			['recorded', 'members, roles, statistics and their refusals; joining again answers the membership'],
			[
				'recorded',
				'a direct channel is made once; with one id, or twice the own, it is the one with oneself; a group needs three',
			],
			['recorded', 'archived channels and teams; the default channel cannot be left'],
			['recorded', '`last_post_at` goes back when the newest post is deleted'],
			[
				'guessed',
				'privacy, move between teams, restore; categories of the sidebar with orphans under Channels and Direct Messages',
			],
			['guessed', 'bookmarks need a licence, 50 a channel, sorted by place'],
		],
	},
	{
		title: 'Posts',
		tests: [
			'posting.test.ts',
			'rest/channel-posts.test.ts',
			'post-search.test.ts',
			'mentions.test.ts',
			'rest/threads.test.ts',
			'rest/scheduled-posts.test.ts',
			'rest/drafts.test.ts',
			'rest/acknowledgements.test.ts',
		],
		behaviours: [
			['recorded', 'a pending_post_id makes one post, for every user who may read it; whatever the repeat says'],
			['recorded', 'a repeat while the first is being made is 500 `api.post.deduplicate_create_post.pending`'],
			['read', 'the pending_post_id counts for 30 seconds'],
			['recorded', '16,383 code points; an empty message is accepted; replies only to roots of the same channel'],
			['recorded', 'pages are `{order, posts, next_post_id, prev_post_id}`, the newest first; before, after, since'],
			['recorded', '`after` a post leaves out the others of its millisecond; an unknown anchor gives an empty list'],
			['read', '`since` gives at most 1,000 rows in no order, deleted ones too'],
			['recorded', 'edit, patch, pin, delete and who may; a deleted post is 404'],
			['recorded', 'events of several writers come up to 70 ms out of the order of create_at (by the fault `reorder`)'],
			['recorded', 'search: words, from:, in:'],
			['guessed', 'search: quotes, exclusions, before:, after:, on:, hashtags'],
			['guessed', 'reminders and scheduled posts are sent by the clock of the emulator within a second'],
			['recorded', 'scheduled posts are refused with 400 without a licence'],
			['guessed', 'acknowledgements need a licence and can be taken back for 5 minutes'],
		],
	},
	{
		title: 'Files',
		tests: ['rest/files.test.ts', 'rest/uploads.test.ts'],
		behaviours: [
			[
				'recorded',
				'multipart: client_ids after a file are refused, channel_id after a file is accepted; raw bodies; empty ones refused',
			],
			[
				'recorded',
				'of the files that a post names, those that are unknown, used or of others are dropped, and the post is made',
			],
			['recorded', 'ranges, attachment headers, info; links are refused where they are off'],
			[
				'recorded',
				'upload sessions: 5 MiB at least in the first of several parts, 204 until the end, 413, gone when done',
			],
			['read', 'a part that is cut off counts as far as it came'],
			['guessed', 'previews and thumbnails are the image itself; the mini preview is grey'],
			['guessed', 'public links; the search of files by words of their names and ext:'],
		],
	},
	{
		title: 'Integrations',
		tests: [
			'integrations/incoming.test.ts',
			'integrations/outgoing.test.ts',
			'integrations/commands.test.ts',
			'rest/emojis.test.ts',
			'rest/administration.test.ts',
		],
		behaviours: [
			['recorded', 'incoming webhooks by JSON and form; what is wrong is 400 `web.incoming_webhook.general.app_error`'],
			['recorded', 'outgoing webhooks, commands, emoji: how they are made and listed; /shrug; an unknown command'],
			[
				'guessed',
				'outgoing webhooks call out with a form or JSON, and their answer is posted, in the thread for `comment`',
			],
			[
				'guessed',
				'commands call out by POST or GET, answer in the channel or to the caller, at once or up to 5 times within 30 minutes',
			],
			['guessed', 'buttons, menus and dialogs; a trigger id is good for 3 seconds'],
			['guessed', 'addresses inside the network are refused but for those allowed; this machine is allowed by default'],
			[
				'guessed',
				'custom groups, profile attributes, OAuth applications, terms of service, plugins (kept, not run), jobs (never done)',
			],
		],
	},
	{
		title: 'WebSocket',
		tests: ['hub/hub.test.ts', 'evidence/events.test.ts', 'other-clients/mattermost-client.test.ts'],
		behaviours: [
			[
				'recorded',
				'`hello`, numbers from 0 for each connection, replies without a number, what each event carries and who hears it',
			],
			[
				'recorded',
				'the token on the upgrade or by challenge; a bad one closes after 5 s or at once; none closes after 5 s',
			],
			[
				'recorded',
				'resume: with the token on the upgrade only; missed and repeated events; refusals; malformed ids close',
			],
			['recorded', 'a revoked token or a disabled bot leaves the socket open and silent; only ping tells'],
			[
				'read',
				'a socket that fell silent stays so when its token has an effect again; resumed, it lacks what it did not hear',
			],
			[
				'recorded',
				'a connection sets its user online, after the answer to a first ping; its end sets it offline, even after a resume',
			],
			[
				'read',
				'queue 256, dead queue 128, resume for 5 minutes, frames of 8,192 bytes, pings every 60 s, dropped after 100 s',
			],
			[
				'read',
				'from 128 waiting events on typing, status_change and multiple_channels_viewed are dropped without a gap',
			],
			['guessed', 'binary frames (msgpack) are refused by closing'],
		],
	},
	{
		title: 'Limits',
		tests: ['rate-limiter.test.ts', 'posting.test.ts'],
		behaviours: [
			[
				'recorded',
				'the rate limiter: burst and one more, headers twice on answers and once on the 429, Retry-After, Reset in seconds from now',
			],
			['guessed', 'the limiter counts by token, or by address where there is none'],
		],
	},
];
