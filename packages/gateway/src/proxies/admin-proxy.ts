import { type ConnectOptions, isAuthenticationError, Mattermost } from '@matterkit/client';
import { discardUser } from '../accounts/discard-user.ts';
import {
	refuseChannelName,
	refuseEmail,
	refuseMattermostPassword,
	refuseTeamName,
	refuseUsername,
} from '../accounts/rules.ts';
import { discardChannel } from '../chat/discard-channel.ts';
import { makeOnce } from '../make-once.ts';
import { orGone } from '../or-gone.ts';
import { orNull } from '../or-null.ts';
import { orUndo } from '../undo.ts';
import { findChannel, findTeam, findUser } from './find.ts';
import { ProxyError } from './proxy-error.ts';
import { MattermostUserProxy } from './user-proxy.ts';

export interface NewMattermostUser {
	/** A letter, then letters, digits, `.`, `-` and `_`, 3 to 22 in all, lower-case. */
	readonly username: string;
	readonly email: string;
	/** 10 characters or more, with upper-case and lower-case letters, digits and symbols. */
	readonly password: string;
	/** Teams, by id or name, that the user is added to. Default: the proxy's team. */
	readonly teams?: readonly string[];
}

export interface NewTeam {
	/** Lower-case letters, digits and `-`. */
	readonly name: string;
	/** Default: the name. */
	readonly displayName?: string;
	/** `O` anyone may join, `I` by invitation. Default `O`, as in the reference. */
	readonly type?: 'O' | 'I';
	/** Users, by id or name, that are added besides the administrator. Default: none. */
	readonly members?: readonly string[];
}

export interface NewChannel {
	/** Lower-case letters, digits, `-` and `_`. */
	readonly name: string;
	/** Default: the name. */
	readonly displayName?: string;
	/** `O` public, `P` private. Default `O`. */
	readonly type?: 'O' | 'P';
	/** Users, by id or name, that are added besides the administrator. Default: none. */
	readonly members?: readonly string[];
	/** Id or name. Default: the proxy's team. */
	readonly team?: string;
}

/**
 * What an administrator does for others, and what any user does. Users, teams and channels are named by id or name everywhere.
 * A method of several steps undoes the earlier ones when a later one fails.
 */
export class MattermostAdminProxy extends MattermostUserProxy {
	/** Signs in as an administrator. */
	static override async connect({
		team,
		...options
	}: ConnectOptions & { readonly team: string }): Promise<MattermostAdminProxy> {
		return new MattermostAdminProxy(await Mattermost.connect(options), team);
	}

	/** Makes a user and adds them to teams. A user whose teams could not all be joined is deactivated again, under another name. */
	async createUser({ username, email, password, teams = [this.team] }: NewMattermostUser) {
		refuse(refuseUsername(username) ?? refuseEmail(email) ?? refuseMattermostPassword(password));
		const found = await Promise.all(teams.map((team) => findTeam(this.mm, team)));
		const user = await makeOnce({
			find: () => this.mm.users.getByUsername(username),
			make: async () => this.mm.users.create({ username, email, password }),
			isOurs: () => this.#opens(username, password),
		});
		return orUndo(
			async () => {
				for (const team of found) await this.mm.teams.addMember(team.id, user.id);
				return user;
			},
			() => discardUser(this.mm, user.id, user.id.slice(0, 12)),
		);
	}

	/** Ends the user's sessions and tokens, and lets them in no more. */
	async deactivateUser(user: string): Promise<void> {
		await this.mm.users.setActive((await findUser(this.mm, user)).id, false);
	}

	async activateUser(user: string): Promise<void> {
		await this.mm.users.setActive((await findUser(this.mm, user)).id, true);
	}

	listAllTeams() {
		return Array.fromAsync(this.mm.teams.getAll());
	}

	async listAllPublicChannels(team = this.team) {
		const { id } = await findTeam(this.mm, team);
		return Array.fromAsync(this.mm.channels.getByTeam(id));
	}

	async addUserToTeam(user: string, team = this.team): Promise<void> {
		const [{ id: userId }, { id: teamId }] = await Promise.all([findUser(this.mm, user), findTeam(this.mm, team)]);
		await this.mm.teams.addMember(teamId, userId);
	}

	/** Someone who is not in the team is added to it first, and taken out again when the channel can't be joined. */
	async addUserToChannel(user: string, channel: string, team = this.team): Promise<void> {
		const [{ id: userId }, { id: teamId }] = await Promise.all([findUser(this.mm, user), findTeam(this.mm, team)]);
		const { id: channelId } = await findChannel(this.mm, teamId, channel);
		const members = await this.mm.teams.getMembersByIds(teamId, [userId]);
		const isNew = !members.some(({ delete_at }) => delete_at === 0);
		if (isNew) await this.mm.teams.addMember(teamId, userId);
		await orUndo(
			() => this.mm.channels.addMember(channelId, userId),
			async () => isNew && (await orGone(this.mm.teams.removeMember(teamId, userId))),
		);
	}

	/**
	 * Makes a team with the administrator in it, and adds the members. A team that not all could join is archived; it keeps its name,
	 * which Mattermost's API can't change.
	 */
	async createJoinTeam({ name, displayName = name, type = 'O', members = [] }: NewTeam) {
		refuse(refuseTeamName(name));
		const users = await Promise.all(members.map((member) => findUser(this.mm, member)));
		const team = await makeOnce({
			find: () => this.mm.teams.getByName(name),
			make: async () => this.mm.teams.create({ name, display_name: displayName, type }),
			isOurs: async ({ id }) => (await orNull(this.mm.teams.getMember(id, await this.mm.botUserId()))) !== null,
		});
		return orUndo(
			async () => {
				for (const user of users) await this.mm.teams.addMember(team.id, user.id);
				return team;
			},
			() => this.removeTeam(team.id),
		);
	}

	/** Archives the team. */
	async removeTeam(team: string): Promise<void> {
		await orGone(this.mm.teams.delete((await findTeam(this.mm, team)).id));
	}

	/** Makes a channel with the administrator in it, and adds the members. A channel that not all could join is archived. */
	async createJoinChannel({ name, displayName = name, type = 'O', members = [], team = this.team }: NewChannel) {
		refuse(refuseChannelName(name));
		const { id: teamId } = await findTeam(this.mm, team);
		const users = await Promise.all(members.map((member) => findUser(this.mm, member)));
		const channel = await makeOnce({
			find: () => this.mm.channels.getByName(teamId, name),
			make: () => this.mm.channels.create({ team_id: teamId, name, display_name: displayName, type }),
			isOurs: async ({ creator_id }) => creator_id === (await this.mm.botUserId()),
		});
		return orUndo(
			async () => {
				for (const user of users) await this.mm.channels.addMember(channel.id, user.id);
				return channel;
			},
			() => discardChannel(this.mm, channel.id),
		);
	}

	/** Archives the channel. */
	async removeChannel(channel: string, team = this.team): Promise<void> {
		const { id: teamId } = await findTeam(this.mm, team);
		await orGone(this.mm.channels.delete((await findChannel(this.mm, teamId, channel)).id));
	}

	async #opens(username: string, password: string): Promise<boolean> {
		try {
			const { token } = await this.mm.users.login(username, password);
			await this.mm.as(token).users.logout();
			return true;
		} catch (error) {
			if (isAuthenticationError(error)) return false;
			throw error;
		}
	}
}

function refuse(refusal: string | undefined): void {
	if (refusal) throw new ProxyError(refusal);
}
