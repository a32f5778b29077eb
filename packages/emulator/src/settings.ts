// What an administrator can set, as far as the emulator behaves differently by it. The names in brackets are Mattermost's own.

export interface Settings {
	/** Where the server says it is (SiteURL). Default: where it listens. */
	siteUrl: string;
	/** Personal access tokens may be made (EnableUserAccessTokens); those made earlier go on working. Default true. */
	personalAccessTokens: boolean;
	/** Bots may be made (EnableBotAccountCreation). Default true. */
	botAccounts: boolean;
	/** Anybody may sign up (EnableOpenServer); an administrator may always make users. Default true. */
	openServer: boolean;
	/** Default true (EnableIncomingWebhooks, EnableOutgoingWebhooks, EnableCommands, EnableCustomEmoji, EnableFileAttachments). */
	incomingWebhooks: boolean;
	outgoingWebhooks: boolean;
	commands: boolean;
	customEmoji: boolean;
	fileAttachments: boolean;
	/** Links to files without a token (EnablePublicLink). Default false. */
	publicLinks: boolean;
	/** Webhooks and bots may post under another name (EnablePostUsernameOverride, EnablePostIconOverride). Default false. */
	usernameOverride: boolean;
	iconOverride: boolean;
	/** Others see e-mail addresses and full names (ShowEmailAddress, ShowFullName). Default true. */
	showEmailAddress: boolean;
	showFullName: boolean;
	/** Tell a user's other connections which channels were viewed (EnableChannelViewedMessages). Default true. */
	channelViewedMessages: boolean;
	/** Code points in a message (MaxPostSize). Default 16,383. */
	maxPostSize: number;
	/** Bytes (MaxFileSize). Default 104,857,600. */
	maxFileSize: number;
	/** Characters (PasswordMinimumLength). Default 8. */
	passwordMinimumLength: number;
	/** Days until a login ends (SessionLengthWebInHours). Default 180. */
	sessionDays: number;
	/** Members of a team at most (MaxUsersPerTeam). Default 10,000; a server that nobody has configured has 50. */
	maxUsersPerTeam: number;
	/** Requests a second and at once, by user or by address (RateLimitSettings). Default: off. */
	/** The server has a licence: scheduled posts, bookmarks, groups, acknowledgements … work. Default false. */
	licensed: boolean;
	rateLimit: RateLimit | undefined;
	hub: HubLimits;
	/**
	 * Milliseconds that storing a post takes. While it does, a repeat with the same `pending_post_id` is refused with 500.
	 * Default 0: it is stored at once, after one turn of the event loop.
	 */
	postTakes: number;
	/**
	 * Addresses inside the network that webhooks, commands, buttons and dialogs may call: names, addresses and networks with
	 * blanks between them (AllowedUntrustedInternalConnections). Default: this machine only.
	 */
	allowedInternalConnections: string;
	/** Milliseconds in which an integration must answer (OutgoingIntegrationRequestsTimeout). Default 30,000. */
	integrationTimeout: number;
	/** What a password hash costs (scrypt, a power of two). Default 256: less than a millisecond a login, as tests want it. */
	passwordCost: number;
}

export interface RateLimit {
	readonly perSecond: number;
	/** Beyond one. The limit that the headers tell is this plus one. */
	readonly burst: number;
	/** By token, where there is one. Default true. By address only: false. */
	readonly byUser?: boolean;
}

/** The numbers of the real server; tests may make them smaller. */
export interface HubLimits {
	/** Events that wait for one connection at most. 256. */
	readonly queue: number;
	/** Events written that can be had again. 128. */
	readonly deadQueue: number;
	/** From this many waiting events on, `typing`, `status_change` and `multiple_channels_viewed` are dropped. 128. */
	readonly slow: number;
	/** Milliseconds until a connection without authentication is closed. 5,000. */
	readonly authentication: number;
	/** Bytes of a client's frame. 8,192. */
	readonly frame: number;
	/** Milliseconds between pings. 60,000. */
	readonly ping: number;
	/** Milliseconds without a pong after which a connection is dropped. 100,000. */
	readonly deadline: number;
	/** Milliseconds for which a closed connection can be resumed. 300,000. */
	readonly resume: number;
	/** Milliseconds until a user who has connected is online: a first `ping` is answered before. 20. */
	readonly online: number;
	/** Milliseconds until a user whose last connection closed is offline. 100. */
	readonly offline: number;
}

const hubLimits: HubLimits = {
	queue: 256,
	deadQueue: 128,
	slow: 128,
	authentication: 5_000,
	frame: 8_192,
	ping: 60_000,
	deadline: 100_000,
	resume: 300_000,
	online: 20,
	offline: 100,
};

/** A server with tokens, bots, webhooks and open sign-up on, as the one of most recordings. */
export const openSettings: Omit<Settings, 'siteUrl'> = {
	personalAccessTokens: true,
	botAccounts: true,
	openServer: true,
	incomingWebhooks: true,
	outgoingWebhooks: true,
	commands: true,
	customEmoji: true,
	fileAttachments: true,
	publicLinks: false,
	usernameOverride: false,
	iconOverride: false,
	showEmailAddress: true,
	showFullName: true,
	channelViewedMessages: true,
	maxPostSize: 16_383,
	maxFileSize: 104_857_600,
	passwordMinimumLength: 8,
	sessionDays: 180,
	maxUsersPerTeam: 10_000,
	licensed: false,
	rateLimit: undefined,
	hub: hubLimits,
	postTakes: 0,
	allowedInternalConnections: 'localhost 127.0.0.0/8 ::1',
	integrationTimeout: 30_000,
	passwordCost: 256,
};

/** What differs on a server that nobody has configured. */
export const defaultServer = {
	personalAccessTokens: false,
	botAccounts: false,
	openServer: false,
	maxUsersPerTeam: 50,
} as const satisfies Partial<Settings>;

export interface SettingsOptions extends Partial<Omit<Settings, 'hub'>> {
	readonly hub?: Partial<HubLimits>;
}

export function settingsFrom(siteUrl: string, options: SettingsOptions = {}): Settings {
	return { ...openSettings, siteUrl, ...options, hub: { ...hubLimits, ...options.hub } };
}
