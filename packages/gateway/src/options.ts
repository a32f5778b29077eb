import type { Store } from '@matterkit/store';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Viewer } from './access/viewer.ts';
import type { AccountOptions } from './accounts/accounts.ts';
import type { SignUpPolicy } from './accounts/sign-up.ts';
import type { DrainOptions, EngineOptions } from './engine/engine.ts';
import type { LimitOptions } from './engine/limits.ts';
import type { UpstreamLimits } from './upstreams/upstream-limits.ts';

/** Who administers Mattermost for the gateway: makes its users and reads what all may know. */
export type AdminCredentials = { readonly token: string } | { readonly loginId: string; readonly password: string };

export interface GatewayOptions
	extends Pick<EngineOptions<Viewer>, 'introspection' | 'origins' | 'persisted' | 'address'> {
	readonly mattermost: {
		/** Any scheme, port and sub-path. */
		readonly url: string;
		readonly admin: AdminCredentials;
		/** Id or name of the team whose channels are served. */
		readonly team: string;
	};
	/** Where accounts are kept; closed by its owner. */
	readonly store: Store;
	/** Signs tokens and seals what lets users into Mattermost. At least 16 characters. */
	readonly secret: string;
	/** Secrets from before, still good for reading: tokens signed with them work, and what they sealed is sealed again. Default: none. */
	readonly previousSecrets?: readonly string[];
	/** Who may make an account: `open`, `invite` or `closed`. */
	readonly signup: SignUpPolicy;
	/** Where set, several gateways share channels over this Redis. They need the same secret and a shared store. */
	readonly redisUrl?: string;
	/** Default: says nothing. */
	readonly logger?: Logger;
	/** Where metrics are registered. Default: a registry of its own, `gateway.metrics`. */
	readonly metrics?: Registry;
	readonly limits?: LimitOptions;
	readonly accounts?: AccountOptions;
	readonly upstreams?: UpstreamLimits;
	/** How sockets are closed at the end. Default: a window of 800 ms and a grace of 800 ms; a busy server does well with 10 seconds. */
	readonly drain?: DrainOptions;
}
