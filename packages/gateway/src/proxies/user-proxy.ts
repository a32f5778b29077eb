import { type ConnectOptions, Mattermost } from '@matterkit/client';
import { orGone } from '../or-gone.ts';
import { findChannel, findTeam } from './find.ts';
import { ProxyError } from './proxy-error.ts';
import { clockIn } from './time-zone.ts';

export interface SendOptions {
	/** The first message of the thread that this answers. */
	readonly rootId?: string;
	readonly fileIds?: readonly string[];
}

export interface GetOptions {
	/** From 1, the newest. Default 1. */
	readonly page?: number;
	/** 1 to 200. Default 60. */
	readonly pageSize?: number;
	/** In which `createAt` is written, e.g. `Asia/Tehran`. Default `UTC`. */
	readonly timeZone?: string;
}

export interface ProxyMessage {
	readonly id: string;
	readonly message: string;
	/** ISO 8601 with the time zone's offset. */
	readonly createAt: string;
	/** '' for a plain message. */
	readonly type: string;
	readonly userId: string;
	readonly username: string;
}

/** What a user does. Teams and channels are named by id or name everywhere. */
export class MattermostUserProxy implements AsyncDisposable {
	protected readonly mm: Mattermost;
	protected readonly team: string;

	/** @param team id or name of the team that is meant where none is named */
	constructor(mm: Mattermost, team: string) {
		this.mm = mm;
		this.team = team;
	}

	/** Signs in as the user. */
	static async connect({ team, ...options }: ConnectOptions & { readonly team: string }): Promise<MattermostUserProxy> {
		return new MattermostUserProxy(await Mattermost.connect(options), team);
	}

	/** The active members of a team. */
	async listUsers(team = this.team) {
		const { id } = await findTeam(this.mm, team);
		return Array.fromAsync(this.mm.users.list({ in_team: id, active: true }));
	}

	/** The teams that the user is in. */
	listRelatedTeams() {
		return this.mm.teams.getForUser('me');
	}

	/** The channels of a team that the user is in, with direct and group channels. */
	async listRelatedChannels(team = this.team) {
		const { id } = await findTeam(this.mm, team);
		return this.mm.channels.getMyChannelsInTeam(id);
	}

	async joinToChannel(channel: string, team = this.team): Promise<void> {
		const [{ id: channelId }, userId] = await Promise.all([this.#channel(channel, team), this.mm.botUserId()]);
		await this.mm.channels.addMember(channelId, userId);
	}

	async leaveFromChannel(channel: string, team = this.team): Promise<void> {
		await orGone(this.mm.channels.removeMember((await this.#channel(channel, team)).id, 'me'));
	}

	/** Sends a message, once however often the network fails. */
	async sendMessage(channel: string, message: string, { rootId, fileIds }: SendOptions = {}, team = this.team) {
		const { id } = await this.#channel(channel, team);
		return this.mm.posts.create({
			channel_id: id,
			message,
			...(rootId ? { root_id: rootId } : {}),
			...(fileIds ? { file_ids: fileIds } : {}),
		});
	}

	/** A page of a channel, oldest message first. */
	async getMessages(
		channel: string,
		{ page = 1, pageSize = 60, timeZone = 'UTC' }: GetOptions = {},
		team = this.team,
	): Promise<readonly ProxyMessage[]> {
		if (!Number.isInteger(page) || page < 1)
			throw new ProxyError('page must be a whole number, 1 or more: pages count from 1.');
		if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 200)
			throw new ProxyError('pageSize must be a whole number, 1 to 200.');
		const clock = clockIn(timeZone);
		const { id } = await this.#channel(channel, team);
		const { order, posts } = await this.mm.posts.getForChannel(id, { page: page - 1, per_page: pageSize });
		const oldestFirst = order.flatMap((postId) => posts[postId] ?? []).reverse();
		const userIds = [...new Set(oldestFirst.map((post) => post.user_id))];
		const users = userIds.length > 0 ? await this.mm.users.byIds(userIds) : [];
		const names = new Map(users.map((user) => [user.id, user.username]));
		return oldestFirst.map((post) => ({
			id: post.id,
			message: post.message,
			createAt: clock(post.create_at),
			type: post.type,
			userId: post.user_id,
			username: names.get(post.user_id) ?? '',
		}));
	}

	/** Closes the connections. */
	async [Symbol.asyncDispose](): Promise<void> {
		await this.mm.close();
	}

	async #channel(channel: string, team: string) {
		const { id } = await findTeam(this.mm, team);
		return findChannel(this.mm, id, channel);
	}
}
