import pino from 'pino';
import { parseOptions, port } from '../arguments.ts';
import { DataFolder } from '../data-folder.ts';
import { keepHeapSmall } from '../heap-options.ts';
import type { RunningMatterkit } from '../serve.ts';
import { untilSignal } from '../until-signal.ts';
import { version } from '../version.ts';
import type { Command } from './index.ts';

/** Milliseconds that an orderly end may take; afterwards the process ends anyway. What was acknowledged is on disk. */
const endWithin = 1800;

export const start: Command = {
	name: 'start',
	summary: 'run the whole server: chat, notifications, and Mattermost emulated or your own',
	help: `Runs the whole server in one process on one port: the GraphQL chat server, the notification service and,
unless MATTERMOST_SERVER_URL names a server of yours, an emulated Mattermost with a small demo world.

usage: matterkit start [--port N] [--host H] [--data DIR] [--json]

  --port N      port (default 8080; 0 takes a free one)
  --host H      address to listen on (default 127.0.0.1: this machine only)
  --data DIR    where accounts, notifications and secrets are kept (default .matterkit)
  --json        print one line of JSON when ready

Environment, or a file .env:
  MATTERMOST_SERVER_URL                any scheme, port and sub-path; without it Mattermost is emulated
  MATTERMOST_ADMIN_TOKEN               chat: who administers Mattermost; or MATTERMOST_ADMIN_LOGIN_ID
                                       with MATTERMOST_ADMIN_LOGIN_PASSWORD
  MATTERMOST_TEAM_IDENTIFIER           chat: team id or name
  MATTERMOST_BOT_TOKEN                 notifications: the bot that posts them
  MATTERMOST_BOT_USER_ID               notifications: asked from the server when not set
  MATTERMOST_NOTIFICATION_CHANNEL_ID   notifications: where people are mentioned who never wrote to the bot
  MATTERMOST_WS_RECONNECT_INTERVAL     milliseconds, longest first wait before reconnecting (5000)
  MATTERMOST_WS_MAX_RECONNECT_ATTEMPTS failed attempts after which the status turns unhealthy (10)
  APP_BASE_URL                         where links in notifications lead (this server)
  MATTERKIT_SIGNUP                     open, invite or closed (open when emulated, else closed)
  MATTERKIT_ORIGINS                    chat: pages of these origins may ask, e.g. https://chat.example.com (any)
  MATTERKIT_PROXIES                    chat: how many proxies add to X-Forwarded-For before this server (0)
  MATTERKIT_SOCKETS_PER_USER           chat: WebSockets and event streams of one user (50)
  MATTERKIT_DRAIN_SECONDS              chat: time over which sockets are closed at the end (0.8)
  MATTERKIT_DM_POLICY                  notifications: after-first-message, always or never
  MATTERKIT_FALLBACK                   dm, channel or both: for people who can't be mentioned (none)
  MATTERKIT_TEMPLATES                  folder with templates of notifications
  MATTERKIT_TIME_ZONE                  for quiet hours of people who set none (UTC)
  MATTERKIT_IDEMPOTENCY_WINDOW         how long a repeated notification is known (1h)
  MATTERKIT_CLEANUP_INTERVAL           between two clean-ups of what has run out (10m)
  MATTERKIT_RETENTION                  how long finished notifications are kept (30d)
  MATTERKIT_RETRY_ATTEMPTS             unclear tries after which a notification is dead (never)
  MATTERKIT_MATTERMOST_RATE            calls a second that notifications may cost Mattermost (no limit)
  MATTERKIT_QUIET_PERIOD               before an unclear post is made again: 60s for a cluster (0)
  MATTERKIT_PRIVATE_WEBHOOKS           true: webhooks may lead to private addresses, and without TLS
  MATTERKIT_SECRET                     signs and seals (generated; DJANGO_SECRET_KEY is taken too)
  MATTERKIT_PREVIOUS_SECRET            the one before, for a week after a change
  MATTERKIT_NOTIFICATIONS_KEY          opens the notification endpoints (generated)
  DATABASE_URL                         PostgreSQL instead of the embedded database
  REDIS_URL                            Redis, for several servers
  MATTERKIT_LOG_LEVEL                  fatal, error, warn, info, debug, trace or silent (warn)
`,
	async run(args) {
		const { values } = parseOptions('start', args, {
			port: { type: 'string', default: '8080' },
			host: { type: 'string', default: '127.0.0.1' },
			data: { type: 'string', default: '.matterkit' },
			json: { type: 'boolean' },
		});
		keepHeapSmall();
		// Loaded here, so that the small commands do not wait for what only the server needs.
		const { readConfig, withDotEnv } = await import('../config.ts');
		const config = readConfig(withDotEnv(process.env, process.cwd()));
		const ended = untilSignal();
		const data = new DataFolder(values.data);
		// Logs go to stderr: stdout carries the block for a person, or the one line of --json.
		const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
		const { serve } = await import('../serve.ts');
		const server = await serve({ host: values.host, port: port(values.port), data, config, logger });
		if (server.emulated) {
			data.announce({ pid: process.pid, mattermost: server.mattermost, token: server.emulated.admin.token });
		}
		process.stdout.write(values.json ? `${JSON.stringify(readyLine(server))}\n` : readyBlock(server, data.path));

		await ended;
		setTimeout(() => process.exit(1), endWithin + 2 * (config.drain ?? 0)).unref();
		await server.close();
		data.withdraw();
		process.exit(0);
	},
};

function readyLine({ url, mattermost, notificationsKey, emulated }: RunningMatterkit) {
	return {
		event: 'ready',
		pid: process.pid,
		url,
		graphql: `${url}/graphql`,
		websocket: `${url.replace(/^http/, 'ws')}/graphql`,
		notifications: `${url}/api/notifications`,
		mattermost,
		notificationsKey: emulated ? notificationsKey : null,
		admin: emulated
			? { username: emulated.admin.username, password: emulated.admin.password, token: emulated.admin.token }
			: null,
		users: emulated?.users ?? [],
	};
}

function readyBlock(server: RunningMatterkit, folder: string): string {
	const { url, mattermost, emulated, gateway, notifier } = server;
	const waitingFor = server.waitingFor();
	const lines = [
		`matterkit ${version} is ${waitingFor.length === 0 ? 'ready' : 'running'} (Ctrl-C ends it)`,
		'',
		`  Status          ${url}/`,
		`  Chat            ${gateway ? `${url}/graphql   (WebSocket: ${url.replace(/^http/, 'ws')}/graphql)` : 'off'}`,
		`  Notifications   ${notifier ? `${url}/api/notifications` : 'off'}`,
		`  Mattermost      ${mattermost}${emulated ? '   (emulated: not for production)' : ''}`,
		`  Data            ${folder}`,
		...waitingFor.map((what) => `  Waits for       ${what}`),
	];
	if (emulated) {
		const people = [...emulated.users, emulated.admin];
		lines.push(
			'',
			'  Demo users      username   password',
			...people.map(({ username, password }) => `                  ${username.padEnd(10)} ${password}`),
		);
	}
	lines.push('', '  Try it, in another terminal:', `    ${tryLine(server)}`, '');
	return `${lines.join('\n')}\n`;
}

/** One line that works when pasted. */
function tryLine({ url, emulated, notificationsKey }: RunningMatterkit): string {
	const [user] = emulated?.users ?? [];
	if (!user) return `curl -s ${url}/readyz`;
	const body = {
		action: 'BORROW',
		userId: 1,
		mattermostUsername: user.username,
		device: { id: 1, name: 'MacBook Pro', assetTag: 'DEV-001', category: 'laptop', brand: 'Apple', model: 'M3' },
		requestId: 1,
		startDate: '2026-01-10',
		endDate: '2026-02-10',
	};
	return `curl -s '${url}/api/notifications/send?wait=10s' -H 'Authorization: Bearer ${notificationsKey}' -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
}
