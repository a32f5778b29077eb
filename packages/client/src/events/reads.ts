// What the stream reads from the REST API.
import type { Channel } from '@mattermost/types/channels';
import type { Post, PostList } from '@mattermost/types/posts';
import type { EventConnection, ReadOptions } from './connection.ts';

/** The server gives no more of what changed since a time, and does not say which it left out. */
export const sinceLimit = 1_000;

/** The server gives no larger page. */
export const pageSize = 200;

/** A user may be asked for by id with others; the server takes many more at once. */
const namesAtOnce = 200;

export class Reads {
	readonly #connection: EventConnection;
	readonly #signal: AbortSignal;
	readonly #names = new Map<string, string>();

	constructor(connection: EventConnection, signal: AbortSignal) {
		this.#connection = connection;
		this.#signal = signal;
	}

	/** Ids of the sessions that the user's access tokens have opened. */
	async tokenSessions(): Promise<string[]> {
		const sessions = await this.#get<{ id: string; props: { type?: string } }[]>('/api/v4/users/me/sessions');
		return sessions.filter(({ props }) => props.type === 'UserAccessToken').map(({ id }) => id);
	}

	/** The channels that the user is in, of all teams, with direct and group channels; without archived ones. */
	myChannels(): Promise<Channel[]> {
		return this.#get('/api/v4/users/me/channels');
	}

	channel(channelId: string): Promise<Channel> {
		return this.#get(`/api/v4/channels/${channelId}`);
	}

	async memberIds(channelId: string): Promise<string[]> {
		const members = await this.#get<{ user_id: string }[]>(`/api/v4/channels/${channelId}/members`, {
			per_page: pageSize,
		});
		return members.map(({ user_id }) => user_id);
	}

	/** Posts made, changed or deleted later than `since`, deleted ones too; at most `sinceLimit`, in no order. */
	since(channelId: string, since: number): Promise<Post[]> {
		return this.#posts(channelId, { since });
	}

	/** The newest posts first, page by page. */
	page(channelId: string, page: number): Promise<Post[]> {
		return this.#posts(channelId, { page, per_page: pageSize });
	}

	/**
	 * Posts of a later millisecond than the post `after`: the page next to it, and the newest of that first. An empty answer
	 * says nothing: so does the server when it does not know `after`.
	 */
	after(channelId: string, after: string, page: number): Promise<Post[]> {
		return this.#posts(channelId, { after, page, per_page: pageSize });
	}

	/** Usernames by id; a user who can't be found has none. */
	async names(userIds: Iterable<string>): Promise<ReadonlyMap<string, string>> {
		const unknown = [...new Set(userIds)].filter((id) => id !== '' && !this.#names.has(id));
		for (let at = 0; at < unknown.length; at += namesAtOnce) {
			const json = unknown.slice(at, at + namesAtOnce);
			const options: ReadOptions = { json, signal: this.#signal };
			const users = await this.#connection.read<{ id: string; username: string }[]>(
				'POST',
				'/api/v4/users/ids',
				options,
			);
			for (const { id, username } of users) this.#names.set(id, username);
		}
		return this.#names;
	}

	async #posts(channelId: string, params: Record<string, string | number>): Promise<Post[]> {
		const { order, posts } = await this.#get<PostList>(`/api/v4/channels/${channelId}/posts`, params);
		// `posts` also holds roots of threads, which were not asked for; `order` names what was.
		return order.flatMap((id) => posts[id] ?? []);
	}

	#get<T>(path: string, params: Record<string, string | number> = {}): Promise<T> {
		return this.#connection.read<T>('GET', path, { params, signal: this.#signal });
	}
}
