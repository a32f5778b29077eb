// The team's channels by id or name. Read with the administrator's token: who may see one is asked separately (access.ts).
import type { Entrance } from '../accounts/entrance.ts';
import { Lru } from '../lru.ts';
import { looksLikeId } from '../mattermost-id.ts';
import { orNull } from '../or-null.ts';

export type Channel = {
	readonly id: string;
	readonly name: string;
	readonly displayName: string;
	/** `O` public, `P` private, `D` direct, `G` group. */
	readonly type: string;
	/** '' for direct and group messages. */
	readonly teamId: string;
	readonly header: string;
	readonly purpose: string;
};

export interface ChannelFacts {
	readonly id: string;
	readonly name: string;
	readonly display_name: string;
	readonly type: string;
	readonly team_id: string;
	readonly header: string;
	readonly purpose: string;
	readonly delete_at: number;
}

export const channelOf = (channel: ChannelFacts): Channel => ({
	id: channel.id,
	name: channel.name,
	displayName: channel.display_name,
	type: channel.type,
	teamId: channel.team_id,
	header: channel.header,
	purpose: channel.purpose,
});

/** A rename is heard while a member's event stream is open; otherwise an old name may be found for this long, in milliseconds. */
const freshFor = 60_000;

interface Known {
	readonly channel: Channel;
	readonly until: number;
}

export class Channels {
	readonly #admin: Entrance;
	readonly #teamId: () => Promise<string>;
	readonly #byId = new Lru<Known>({ entries: 20_000, weight: 20_000 });
	readonly #byName = new Lru<string>({ entries: 20_000, weight: 20_000 });

	constructor(admin: Entrance, teamId: () => Promise<string>) {
		this.#admin = admin;
		this.#teamId = teamId;
	}

	/** A channel of the team by id or name, or a direct or group channel by id. null: there is none, or it is archived. */
	async find(identifier: string): Promise<Channel | null> {
		const known = this.#peek(identifier) ?? this.#peekName(identifier);
		if (known) return known;
		const found =
			(looksLikeId(identifier) ? await this.#fetchById(identifier) : null) ?? (await this.#fetchByName(identifier));
		if (!found || found.delete_at > 0) return null;
		if (found.team_id !== '' && found.team_id !== (await this.#teamId())) return null;
		return this.remember(found);
	}

	/** What an answer or an event said of a channel. */
	remember(facts: ChannelFacts): Channel {
		const channel = channelOf(facts);
		this.#byId.set(channel.id, { channel, until: Date.now() + freshFor }, 1);
		// Direct channels have no name of their own, and another team's channel may have the same.
		if (channel.teamId !== '') this.#byName.set(channel.name, channel.id, 1);
		return channel;
	}

	forget(channelId: string): void {
		this.#byId.delete(channelId);
	}

	#peek(channelId: string): Channel | undefined {
		const known = this.#byId.get(channelId);
		return known && known.until > Date.now() ? known.channel : undefined;
	}

	/** A channel that was renamed is not found by its old name, which another may have by now. */
	#peekName(name: string): Channel | undefined {
		const known = this.#peek(this.#byName.get(name) ?? '');
		return known?.name === name ? known : undefined;
	}

	async #fetchById(id: string): Promise<ChannelFacts | null> {
		return orNull(this.#admin.use((mm) => mm.channels.getById(id)));
	}

	async #fetchByName(name: string): Promise<ChannelFacts | null> {
		// What can be no name is not asked for.
		if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) return null;
		const teamId = await this.#teamId();
		return this.#admin.use((mm) => mm.channels.getByName(teamId, name));
	}
}
