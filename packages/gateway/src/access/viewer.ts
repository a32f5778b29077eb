import type { Mattermost } from '@matterkit/client';
import type { Viewer as EngineViewer } from '../engine/engine.ts';

/** Who asks, as resolvers know them. */
export interface Viewer extends EngineViewer {
	/** The Mattermost user. */
	readonly userId: string;
	readonly accountId: string;
	/** The login: `logout` ends all that was opened with its tokens. */
	readonly sessionId: string;
	readonly username: string;
	/**
	 * Calls Mattermost as this user. A token that Mattermost refuses is renewed and all of `call` made again: it may read
	 * as much as it likes, but change one thing only.
	 */
	mattermost<T>(call: (mm: Mattermost) => PromiseLike<T>): Promise<T>;
	/** The token for an event stream; `refused` is one that Mattermost did not take. */
	streamToken(refused?: string): Promise<string>;
}
