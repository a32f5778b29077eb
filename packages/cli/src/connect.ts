import { Mattermost } from '@matterkit/client';
import { findRunningServer } from './data-folder.ts';
import { UsageError } from './usage-error.ts';

/** Options of every command that talks to a Mattermost server. */
export const serverOptions = {
	url: { type: 'string' },
	data: { type: 'string' },
	team: { type: 'string' },
} as const;

export const serverHelp = `  --url URL     Mattermost server; default MATTERMOST_SERVER_URL, else the server that
                matterkit start runs on this machine
  --data DIR    its data folder (default .matterkit)
  --team TEAM   team id or name; default MATTERMOST_TEAM_IDENTIFIER, else your only team

The token is taken from MATTERMOST_TOKEN or MATTERMOST_BOT_TOKEN, never from the command line,
where other users of the machine could read it.
`;

export interface ServerChoice {
	readonly url?: string | undefined;
	readonly data?: string | undefined;
}

/** Connects to the server that options and environment name, else to the one that runs here. */
export async function connect(choice: ServerChoice, environment: NodeJS.ProcessEnv): Promise<Mattermost> {
	return Mattermost.connect(target(choice, environment));
}

function target(choice: ServerChoice, environment: NodeJS.ProcessEnv): { url: string; token: string } {
	const url = choice.url ?? (environment.MATTERMOST_SERVER_URL || undefined);
	const token = environment.MATTERMOST_TOKEN || environment.MATTERMOST_BOT_TOKEN || undefined;
	if (url) {
		if (!URL.canParse(url))
			throw new UsageError('the address of the Mattermost server is no URL. Example: https://chat.example.com');
		if (!token)
			throw new UsageError('MATTERMOST_TOKEN is not set: a personal access token, a bot token or a session token');
		return { url, token };
	}
	const running = findRunningServer(choice.data ?? '.matterkit');
	if (!running) {
		throw new UsageError(
			'no server runs here. Start one with matterkit start, or set MATTERMOST_SERVER_URL and MATTERMOST_TOKEN',
		);
	}
	return { url: running.mattermost, token: token ?? running.token };
}
