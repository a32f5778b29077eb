// Who is online. Only the user is told of a change: others have to ask.
import type { Site } from './site.ts';
import type { Status, StatusName } from './world/statuses.ts';

const unknown = (userId: string): Status => ({
	user_id: userId,
	status: 'offline',
	manual: false,
	last_activity_at: 0,
	dnd_end_time: 0,
	before: 'online',
});

export function statusOf(site: Site, userId: string): Status {
	const status = site.world.statuses.get(userId) ?? unknown(userId);
	if (status.status === 'dnd' && status.dnd_end_time > 0 && status.dnd_end_time * 1000 <= site.clock.now()) {
		setStatus(site, userId, { status: status.before, manual: false, dnd_end_time: 0 });
	}
	return status;
}

export function setStatus(
	site: Site,
	userId: string,
	changes: Partial<Status> & { readonly status: StatusName },
): Status {
	const { table } = site.world.statuses;
	let status = site.world.statuses.get(userId);
	const before = status?.status ?? 'offline';
	if (status) table.update(status, changes);
	else status = table.insert({ ...unknown(userId), ...changes });
	if (before !== changes.status) {
		site.hub.publish('status_change', { status: changes.status, user_id: userId }, { user_id: userId });
	}
	return status;
}

/** The user has connected or done something. What was set by hand stays. */
export function setOnline(site: Site, userId: string): void {
	const status = site.world.statuses.get(userId);
	const now = site.clock.now();
	if (status?.manual && status.status !== 'offline')
		site.world.statuses.table.update(status, { last_activity_at: now });
	else setStatus(site, userId, { status: 'online', manual: false, last_activity_at: now });
}

/** The user's last connection has closed. */
export function setOffline(site: Site, userId: string): void {
	const status = site.world.statuses.get(userId);
	if (status && !status.manual) setStatus(site, userId, { status: 'offline', manual: false });
}
