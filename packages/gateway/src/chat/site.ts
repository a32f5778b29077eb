// What is true of the whole Mattermost server and of the one team that the gateway serves.
import type { Entrance } from '../accounts/entrance.ts';
import { looksLikeId } from '../mattermost-id.ts';
import { orNull } from '../or-null.ts';
import { RefusedError } from '../refused-error.ts';
import type { Privacy } from './person.ts';

/** Settings are read again after this, in milliseconds. */
const freshFor = 300_000;

export class Site {
	readonly #admin: Entrance;
	readonly #teamIdentifier: string;
	#team: Promise<string> | undefined;
	#knownTeamId: string | undefined;
	#privacy: { readonly value: Promise<Privacy>; readonly until: number } | undefined;

	/** @param teamIdentifier id or name */
	constructor(admin: Entrance, teamIdentifier: string) {
		this.#admin = admin;
		this.#teamIdentifier = teamIdentifier;
	}

	/** undefined: nobody has asked for it yet. */
	get knownTeamId(): string | undefined {
		return this.#knownTeamId;
	}

	teamId = (): Promise<string> => {
		this.#team ??= this.#findTeam().catch((error: unknown) => {
			this.#team = undefined;
			throw error;
		});
		return this.#team;
	};

	privacy = (): Promise<Privacy> => {
		if (!this.#privacy || this.#privacy.until < Date.now()) {
			const value = this.#readPrivacy().catch((error: unknown) => {
				this.#privacy = undefined;
				throw error;
			});
			this.#privacy = { value, until: Date.now() + freshFor };
		}
		return this.#privacy.value;
	};

	/** The server's settings changed. */
	forgetSettings(): void {
		this.#privacy = undefined;
	}

	async #findTeam(): Promise<string> {
		const identifier = this.#teamIdentifier;
		const team = await this.#admin.use(async (mm) => {
			const byId = looksLikeId(identifier) ? await orNull(mm.teams.getById(identifier)) : null;
			return byId ?? (await mm.teams.getByName(identifier));
		});
		if (!team) throw new RefusedError(`Team "${identifier}" is not on the Mattermost server.`, 'UPSTREAM_ERROR');
		this.#knownTeamId = team.id;
		return team.id;
	}

	async #readPrivacy(): Promise<Privacy> {
		const config = await this.#admin.use((mm) => mm.config.getForClients());
		// The types of the client's settings have no ShowFullName; the server sends it.
		return {
			showEmail: config.ShowEmailAddress === 'true',
			showFullName: (config as { ShowFullName?: string }).ShowFullName === 'true',
		};
	}
}
