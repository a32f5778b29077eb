import type { Call } from '../call.ts';
import { invalidUrl } from '../errors.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Post } from '../world/posts.ts';

export const statisticsRoutes: readonly Route[] = [
	route('GET /api/v4/analytics/old', (call) => {
		demand.system(call, 'get_analytics');
		const name = call.asked('name') || 'standard';
		if (name === 'standard') return standard(call);
		if (name === 'post_counts_day') return byDay(call, (post) => post.id);
		if (name === 'user_counts_with_posts_day') return byDay(call, (post) => post.user_id);
		throw invalidUrl('name');
	}),

	// Rounded, so that nobody can count who wrote when.
	route('GET /api/v4/usage/posts', ({ world }) => ({ count: rounded(world.posts.table.size) })),
	route('GET /api/v4/usage/storage', ({ world }) => ({
		bytes: rounded([...world.files.table.values()].reduce((sum, { size }) => sum + size, 0)),
	})),
	route('GET /api/v4/usage/teams', ({ world }) => {
		const all = [...world.teams.table.values()];
		const active = all.filter(({ delete_at }) => delete_at === 0).length;
		return { active, cloud_archived: 0 };
	}),

	route('GET /api/v4/limits/server', (call) => {
		const isAdmin = call.user.roles.split(' ').includes('system_admin');
		const active = [...call.world.users.table.values()].filter((user) => user.delete_at === 0 && !user.is_bot).length;
		return {
			maxUsersLimit: isAdmin ? 2_500 : 0,
			maxUsersHardLimit: isAdmin ? 5_000 : 0,
			activeUserCount: isAdmin ? active : 0,
			lastAccessiblePostTime: 0,
			postHistoryLimit: 0,
		};
	}),
];

/** To the nearest power of ten below, in steps of it: 1,234 is 1,000. */
function rounded(count: number): number {
	const step = 10 ** Math.max(Math.floor(Math.log10(Math.max(count, 1))), 0);
	return Math.floor(count / step) * step;
}

const day = 86_400_000;

function standard(call: Call): object[] {
	const { world, now } = call;
	const teamId = call.asked('team_id');
	const isHere = (id: string) => teamId === '' || id === teamId;
	const channels = [...world.channels.table.values()].filter((channel) => isHere(channel.team_id));
	const inChannels = new Set(channels.map(({ id }) => id));
	const posts = [...world.posts.table.values()].filter(
		(post) => post.delete_at === 0 && inChannels.has(post.channel_id),
	);
	const people = [...world.users.table.values()].filter(
		(user) => !user.is_bot && (teamId === '' || world.teams.isMember(teamId, user.id)),
	);
	const users = people.filter((user) => user.delete_at === 0);
	const activeSince = (time: number) =>
		users.filter(({ id }) => [...world.sessions.ofUser(id)].some((session) => session.last_activity_at >= time)).length;
	const rows = {
		channel_open_count: channels.filter(({ type }) => type === 'O').length,
		channel_private_count: channels.filter(({ type }) => type === 'P').length,
		post_count: posts.length,
		unique_user_count: users.length,
		team_count: [...world.teams.table.values()].filter(({ delete_at }) => delete_at === 0).length,
		// There is no database to be connected with.
		total_master_db_connections: 0,
		total_read_db_connections: 0,
		daily_active_users: activeSince(now - day),
		monthly_active_users: activeSince(now - 30 * day),
		inactive_user_count: people.length - users.length,
	};
	return Object.entries(rows).map(([name, value]) => ({ name, value }));
}

/** How many different things of posts there were on each of the last 31 days, the newest first. */
function byDay(call: Call, of: (post: Post) => string): object[] {
	const days = new Map<string, Set<string>>();
	for (const post of call.world.posts.table.values()) {
		if (post.create_at < call.now - 31 * day || post.delete_at > 0) continue;
		const date = new Date(post.create_at).toISOString().slice(0, 10);
		days.set(date, (days.get(date) ?? new Set()).add(of(post)));
	}
	return [...days].sort(([a], [b]) => (a < b ? 1 : -1)).map(([name, { size }]) => ({ name, value: size }));
}
