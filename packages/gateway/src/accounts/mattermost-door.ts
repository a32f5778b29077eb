import type { Mattermost } from '@matterkit/client';

/** The Mattermost server as the accounts see it. */
export interface MattermostDoor {
	/** A client with that token; connections are shared. */
	as(token: string): Mattermost;
	/** Name or email address, and password. Fails with an AuthenticationError. */
	login(loginId: string, password: string): Promise<{ readonly token: string; readonly userId: string }>;
	/** Ends the session of that token. */
	logout(token: string): Promise<void>;
}
