// People who come to a gateway for the first time, for tests of accounts.
import { password, type World } from './gateway-world.ts';

/** What `userCreate` and `userGetToken` take. */
export const newcomer = (username: string) => ({ username, email: `${username}@example.com`, password });

/** A user that Mattermost has and the gateway does not know. */
export const mattermostUser = (world: World, username: string, secretWord = 'Mattermost-1!') =>
	world.mattermost<{ id: string }>('POST', '/users', {
		username,
		email: `${username}@example.com`,
		password: secretWord,
	});

/** Of the first error. */
export const codeOf = ({ errors }: { errors?: readonly { extensions?: Record<string, unknown> }[] }) =>
	errors?.[0]?.extensions?.code;
