// A REST API for tests that knows what the test gives it; all else is not there.
import type { Post } from '@mattermost/types/posts';
import type { EventConnection } from '../connection.ts';

type Params = Readonly<Record<string, string | number>>;

export interface ScriptedRest {
	readonly read: EventConnection['read'];
	/** Paths that were asked for, but for the looks at sessions. */
	readonly asked: string[];
}

export function scriptedRest(answers: Readonly<Record<string, (params: Params) => unknown>>): ScriptedRest {
	const asked: string[] = [];
	const read: EventConnection['read'] = async (_method, path, { params = {} }) => {
		if (path === '/api/v4/users/me/sessions' || path === '/api/v4/users/ids') return [] as never;
		asked.push(path);
		const answer = answers[path];
		if (!answer) throw Object.assign(new Error(`${path} is not there`), { status: 404 });
		return answer(params) as never;
	};
	return { read, asked };
}

export function aChannel(id: string): object {
	const names = { name: id, display_name: id, creator_id: '' };
	return { id, team_id: 'team', type: 'O', ...names, delete_at: 0, last_post_at: Number.MAX_SAFE_INTEGER };
}

export function aList(posts: readonly Post[]): object {
	return { order: posts.map(({ id }) => id), posts: Object.fromEntries(posts.map((post) => [post.id, post])) };
}
