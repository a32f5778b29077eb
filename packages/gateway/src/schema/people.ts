import { type Person, personOf } from '../chat/person.ts';
import type { Site } from '../chat/site.ts';
import { RefusedError } from '../refused-error.ts';
import { type Builder, shared, viewerOf } from './builder.ts';
import { type PageInput, pageOf, sizeOf } from './page.ts';

interface UserList {
	readonly data: readonly Person[];
	readonly pageCount: number;
	readonly count: number;
}

export function definePeople(builder: Builder, { site, page }: { site: Site; page: PageInput }) {
	const user = builder.objectRef<Person>('UserQueryType').implement({
		description: 'A Mattermost user.',
		fields: (t) => ({
			id: t.exposeID('id', { nullable: false, extensions: shared, description: "Mattermost's id of the user." }),
			username: t.exposeString('username', { nullable: false, extensions: shared }),
			email: t.exposeString('email', {
				nullable: false,
				extensions: shared,
				description: "Empty where the server's privacy settings hide it.",
			}),
			isStaff: t.exposeBoolean('isStaff', {
				nullable: false,
				extensions: shared,
				description: 'Whether the user administers the Mattermost server.',
			}),
			nickname: t.exposeString('nickname', { extensions: shared }),
			firstName: t.exposeString('firstName', {
				extensions: shared,
				description: "Empty where the server's privacy settings hide it.",
			}),
			lastName: t.exposeString('lastName', {
				extensions: shared,
				description: "Empty where the server's privacy settings hide it.",
			}),
			isBot: t.exposeBoolean('isBot', { extensions: shared }),
			isActive: t.exposeBoolean('isActive', { extensions: shared, description: 'false: deactivated.' }),
		}),
	});
	const userList = builder.objectRef<UserList>('UserListType').implement({
		description: 'A page of users.',
		fields: (t) => ({
			data: t.field({ type: [user], nullable: { list: true, items: true }, resolve: ({ data }) => [...data] }),
			pageCount: t.exposeInt('pageCount', { description: 'How many pages there are.' }),
			count: t.exposeInt('count', { description: 'How many users there are.' }),
		}),
	});
	const presence = builder.objectRef<{ userId: string; status: string }>('Presence').implement({
		fields: (t) => ({
			userId: t.exposeID('userId', { nullable: false }),
			status: t.exposeString('status', { nullable: false, description: '`online`, `away`, `dnd` or `offline`.' }),
		}),
	});

	builder.queryFields((t) => ({
		userList: t.field({
			type: userList,
			description: "The team's active members, by username.",
			args: { page: t.arg({ type: page, description: 'Which page, from 1, and how many on it (60).' }) },
			extensions: { pageSize: ['page', 'pageSize'], defaultPageSize: 60 },
			resolve: async (_root, args, context) => {
				const viewer = viewerOf(context);
				const { size, number } = pageOf(args.page);
				const teamId = await site.teamId();
				const [users, stats] = await viewer.mattermost((mm) =>
					Promise.all([
						mm.users.list({ in_team: teamId, active: true, page: number - 1, per_page: size }),
						mm.teams.getStats(teamId),
					]),
				);
				const count = stats.active_member_count;
				if (users.length === 0 && number > 1) throw new RefusedError('That page contains no results', 'BAD_USER_INPUT');
				return { data: users.map(personOf), count, pageCount: Math.max(1, Math.ceil(count / size)) };
			},
		}),
		userSearch: t.field({
			type: [user],
			nullable: false,
			description: 'Active members of the team whose names begin with the term, at most 100.',
			args: { term: t.arg.string({ required: true }), limit: t.arg.int({ defaultValue: 20 }) },
			extensions: { pageSize: ['limit'], defaultPageSize: 20 },
			resolve: async (_root, { term, limit }, context) => {
				const viewer = viewerOf(context);
				if (term.trim() === '') throw new RefusedError('The search term is empty.', 'BAD_USER_INPUT');
				const teamId = await site.teamId();
				const most = Math.min(sizeOf('limit', limit, 20), 100);
				const users = await viewer.mattermost((mm) => mm.users.search(term, { team_id: teamId, limit: most }));
				return users.map(personOf);
			},
		}),
		me: t.field({
			type: user,
			description: 'Who is logged in; null: nobody.',
			resolve: async (_root, _args, { viewer, refusal }) => {
				if (refusal) throw refusal;
				return viewer && personOf(await viewer.mattermost((mm) => mm.users.getMe()));
			},
		}),
		presenceList: t.field({
			type: [presence],
			nullable: false,
			description: 'Who of these users is there. Mattermost tells others nothing by itself: ask again.',
			args: { userIds: t.arg.idList({ required: true }) },
			extensions: { cost: 5 },
			resolve: async (_root, { userIds }, context) => {
				const viewer = viewerOf(context);
				if (userIds.length > 200) throw new RefusedError('At most 200 users at once.', 'BAD_USER_INPUT');
				if (userIds.length === 0) return [];
				const statuses = await viewer.mattermost((mm) => mm.status.getByIds(userIds));
				return statuses.map(({ user_id, status }) => ({ userId: user_id, status }));
			},
		}),
	}));
	return user;
}
