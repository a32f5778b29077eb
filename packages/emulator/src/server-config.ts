// The configuration as administrators see it: Mattermost's sections and names for what the emulator's settings can do.
import type { Settings } from './settings.ts';

interface Entry {
	readonly section: string;
	readonly name: string;
	readonly read: (settings: Settings) => string | number | boolean;
	readonly write: (settings: Settings, value: never) => void;
}

type Of<T> = { [Key in keyof Settings]: Settings[Key] extends T ? Key : never }[keyof Settings];

const day = 24;

/** Settings that have the same value under another name. */
const simple: readonly (readonly [section: string, name: string, key: Of<string> | Of<number> | Of<boolean>])[] = [
	['ServiceSettings', 'SiteURL', 'siteUrl'],
	['ServiceSettings', 'EnableUserAccessTokens', 'personalAccessTokens'],
	['ServiceSettings', 'EnableBotAccountCreation', 'botAccounts'],
	['ServiceSettings', 'EnableIncomingWebhooks', 'incomingWebhooks'],
	['ServiceSettings', 'EnableOutgoingWebhooks', 'outgoingWebhooks'],
	['ServiceSettings', 'EnableCommands', 'commands'],
	['ServiceSettings', 'EnableCustomEmoji', 'customEmoji'],
	['ServiceSettings', 'EnablePostUsernameOverride', 'usernameOverride'],
	['ServiceSettings', 'EnablePostIconOverride', 'iconOverride'],
	['ServiceSettings', 'EnableChannelViewedMessages', 'channelViewedMessages'],
	['ServiceSettings', 'AllowedUntrustedInternalConnections', 'allowedInternalConnections'],
	['TeamSettings', 'EnableOpenServer', 'openServer'],
	['TeamSettings', 'MaxUsersPerTeam', 'maxUsersPerTeam'],
	['FileSettings', 'EnableFileAttachments', 'fileAttachments'],
	['FileSettings', 'EnablePublicLink', 'publicLinks'],
	['FileSettings', 'MaxFileSize', 'maxFileSize'],
	['PasswordSettings', 'MinimumLength', 'passwordMinimumLength'],
	['PrivacySettings', 'ShowEmailAddress', 'showEmailAddress'],
	['PrivacySettings', 'ShowFullName', 'showFullName'],
];

const entries: readonly Entry[] = [
	...simple.map(
		([section, name, key]): Entry => ({
			section,
			name,
			read: (settings) => settings[key],
			write: (settings, value) => {
				settings[key] = value;
			},
		}),
	),
	{
		section: 'ServiceSettings',
		name: 'SessionLengthWebInHours',
		read: ({ sessionDays }) => sessionDays * day,
		write: (settings, hours) => {
			settings.sessionDays = hours / day;
		},
	},
	{
		section: 'ServiceSettings',
		name: 'OutgoingIntegrationRequestsTimeout',
		read: ({ integrationTimeout }) => integrationTimeout / 1_000,
		write: (settings, seconds) => {
			settings.integrationTimeout = seconds * 1_000;
		},
	},
];

export type ServerConfig = Record<string, Record<string, string | number | boolean>>;

export function serverConfig(settings: Settings): ServerConfig {
	const config: ServerConfig = {};
	for (const { section, name, read } of entries) {
		config[section] ??= {};
		config[section][name] = read(settings);
	}
	const { rateLimit } = settings;
	config.RateLimitSettings = {
		Enable: rateLimit !== undefined,
		PerSec: rateLimit?.perSecond ?? 10,
		MaxBurst: rateLimit?.burst ?? 100,
		VaryByUser: rateLimit?.byUser ?? true,
	};
	return config;
}

/**
 * Sets what `patch` names; other sections and names are left as they are, as are values of another type.
 * @returns the names of what it could not set
 */
export function patchConfig(settings: Settings, patch: Readonly<Record<string, unknown>>): string[] {
	const refused: string[] = [];
	for (const [section, values] of Object.entries(patch)) {
		if (typeof values !== 'object' || values === null || section === 'RateLimitSettings') continue;
		for (const [name, value] of Object.entries(values)) {
			const entry = entries.find((each) => each.section === section && each.name === name);
			if (!entry) continue;
			if (typeof value === typeof entry.read(settings)) entry.write(settings, value as never);
			else refused.push(`${section}.${name}`);
		}
	}
	const limits = patch.RateLimitSettings;
	if (typeof limits === 'object' && limits !== null) {
		const { Enable, PerSec, MaxBurst, VaryByUser } = { ...serverConfig(settings).RateLimitSettings, ...limits };
		settings.rateLimit = Enable
			? { perSecond: Number(PerSec), burst: Number(MaxBurst), byUser: Boolean(VaryByUser) }
			: undefined;
	}
	return refused;
}
