import { parseOptions, positive, UsageError, whole } from '../options.ts';

export interface LoadTestOptions {
	readonly url: string;
	readonly subscribers: number;
	/** Messages a second. */
	readonly rate: number;
	readonly seconds: number;
	/** How many connect at a time. */
	readonly wave: number;
	/** Bytes of a message at least. */
	readonly bytes: number;
	/** Seconds that messages may take after the last was sent. */
	readonly grace: number;
	/** Users who are signed up, where no token and no username is given. */
	readonly users: number;
	readonly token: string | undefined;
	readonly username: string | undefined;
	readonly password: string | undefined;
	/** Id or name; a channel is made where none is given. */
	readonly channel: string | undefined;
	readonly protocol: 'graphql-transport-ws' | 'graphql-ws';
	readonly json: boolean;
}

/** What a gateway allows one user by default. */
const socketsOfOneUser = 50;

export const usage = `usage: npm run loadtest -- --url http://127.0.0.1:8080 [options]

Connects subscribers to one channel of a running gateway, sends messages to it, and checks that each arrives
everywhere once. Exit code 1: a message was lost or doubled, or something else failed. 2: a wrong option.

  --url URL            the gateway (with or without /graphql/)
  --subscribers N      sockets, each with one subscription (100)
  --rate R             messages a second (10)
  --seconds S          how long to send (10)
  --wave N             how many connect at a time (100)
  --bytes N            length of a message (200)
  --grace S            how long to wait for the last deliveries (10)
  --protocol P         graphql-transport-ws or graphql-ws, the legacy one (graphql-transport-ws)
  --users N            users to sign up and to share the sockets (one for 50 sockets, a gateway's default limit)
  --token T            take this token instead; or LOADTEST_TOKEN in the environment. All sockets are of one user then:
                       mind the gateway's limit (MATTERKIT_SOCKETS_PER_USER)
  --username U         sign in as this user instead, with --password or LOADTEST_PASSWORD
  --channel C          an existing channel of that user, by id or name (a new one is made)
  --json               one line of JSON as the result`;

const known = {
	url: { type: 'string' },
	subscribers: { type: 'string', default: '100' },
	rate: { type: 'string', default: '10' },
	seconds: { type: 'string', default: '10' },
	wave: { type: 'string', default: '100' },
	bytes: { type: 'string', default: '200' },
	grace: { type: 'string', default: '10' },
	users: { type: 'string' },
	token: { type: 'string' },
	username: { type: 'string' },
	password: { type: 'string' },
	channel: { type: 'string' },
	protocol: { type: 'string', default: 'graphql-transport-ws' },
	json: { type: 'boolean', default: false },
	help: { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export function loadTestOptions(args: readonly string[], env: NodeJS.ProcessEnv): LoadTestOptions | 'help' {
	const values = parseOptions(args, known);
	if (values.help) return 'help';
	if (!values.url) throw new UsageError('--url is missing');
	if (!URL.canParse(values.url) || !/^https?:/.test(values.url))
		throw new UsageError(`--url must be an http or https address, not "${values.url}"`);
	const { protocol } = values;
	if (protocol !== 'graphql-transport-ws' && protocol !== 'graphql-ws')
		throw new UsageError('--protocol is graphql-transport-ws or graphql-ws');
	const subscribers = whole('subscribers', values.subscribers);
	return {
		url: values.url,
		subscribers,
		rate: positive('rate', values.rate),
		seconds: positive('seconds', values.seconds),
		wave: whole('wave', values.wave),
		bytes: whole('bytes', values.bytes),
		grace: positive('grace', values.grace),
		users: values.users === undefined ? Math.ceil(subscribers / socketsOfOneUser) : whole('users', values.users),
		token: values.token ?? env.LOADTEST_TOKEN,
		username: values.username,
		password: values.password ?? env.LOADTEST_PASSWORD,
		channel: values.channel,
		protocol,
		json: values.json,
	};
}
