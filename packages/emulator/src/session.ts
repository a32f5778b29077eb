// From a token to a session: logins and personal access tokens.
import type { IncomingMessage } from 'node:http';
import { newId } from './ids.ts';
import type { Site } from './site.ts';
import type { Session } from './world/sessions.ts';
import type { User } from './world/users.ts';

const day = 86_400_000;

/** The token of a request: `Authorization: Bearer …` (or `Token …`), else the cookie `MMAUTHTOKEN`. */
export function tokenOf({ headers }: IncomingMessage): string | undefined {
	const { authorization } = headers;
	if (authorization) return /^(?:bearer|token) +(\S+)$/i.exec(authorization)?.[1];
	return headers.cookie && /(?:^|; *)MMAUTHTOKEN=([^;]+)/.exec(headers.cookie)?.[1];
}

/** The session that a token opens; a personal access token gets one at its first use. */
export function sessionFor(site: Site, token: string): Session | undefined {
	const { sessions, users } = site.world;
	const session = sessions.withToken(token);
	if (session) return session.expires_at === 0 || session.expires_at > site.clock.now() ? session : undefined;
	const access = sessions.accessToken(token);
	const user = access?.is_active ? users.get(access.user_id) : undefined;
	if (!access || !user || user.delete_at > 0) return undefined;
	const now = site.clock.now();
	return sessions.table.insert({
		id: newId(),
		token,
		user_id: user.id,
		create_at: now,
		expires_at: 0,
		last_activity_at: now,
		device_id: '',
		props: { type: 'UserAccessToken', user_access_token_id: access.id, is_bot: String(user.is_bot), is_guest: 'false' },
		access_token_id: access.id,
	});
}

export function logIn(site: Site, user: User, deviceId = ''): Session {
	const now = site.clock.now();
	return site.world.sessions.table.insert({
		id: newId(),
		token: newId(),
		user_id: user.id,
		create_at: now,
		// The real server takes the time twice, a moment apart.
		expires_at: now + site.settings.sessionDays * day,
		last_activity_at: now,
		device_id: deviceId,
		props: {
			browser: 'Unknown/0.0',
			csrf: newId(),
			isMobile: 'false',
			isOAuthUser: 'false',
			isSaml: 'false',
			is_guest: 'false',
			os: '',
			platform: 'Unknown',
		},
	});
}

/** Ends a session. Its WebSockets stay open and fall silent: only a `ping` tells. */
export function endSession({ world }: Site, session: Session): void {
	world.sessions.table.delete(session);
}

export function endSessionsOf(site: Site, userId: string): void {
	for (const session of [...site.world.sessions.ofUser(userId)]) endSession(site, session);
}

/** How often `last_activity_at` is written down. 5 minutes. */
const activityStep = 300_000;

/** Each request keeps the session's sockets resumable. */
export function touch(site: Site, session: Session): void {
	site.hub.active(session);
	const now = site.clock.now();
	if (now - session.last_activity_at > activityStep)
		site.world.sessions.table.update(session, { last_activity_at: now });
}
