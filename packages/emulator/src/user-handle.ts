import { EmulatorError } from './errors.ts';
import { newId } from './ids.ts';
import { logIn } from './session.ts';
import type { Site } from './site.ts';
import type { User } from './world/users.ts';

/** A user or a bot of a test. */
export class UserHandle {
	readonly id: string;
	readonly username: string;
	readonly email: string;
	/** '' for a bot; the one that was given where the user was there already. */
	readonly password: string;
	readonly #site: Site;

	constructor(site: Site, user: User, password: string) {
		this.#site = site;
		this.id = user.id;
		this.username = user.username;
		this.email = user.email;
		this.password = password;
	}

	/** Of a login (of a user) or a personal access token (of a bot); the same each time as long as it holds. */
	get token(): string {
		const { users, sessions } = this.#site.world;
		const user = users.get(this.id);
		if (!user) throw new EmulatorError(`${this.username} is gone`);
		const made = user.is_bot
			? this.#accessToken()
			: [...sessions.ofUser(this.id)].find((session) => !session.access_token_id);
		const { token } = made ?? logIn(this.#site, user);
		this.#site.world.commit();
		return token;
	}

	#accessToken(): { readonly token: string } {
		const { sessions } = this.#site.world;
		const active = [...sessions.accessTokensOf(this.id)].find((token) => token.is_active);
		const made = {
			id: newId(),
			token: newId(),
			user_id: this.id,
			description: 'made by the emulator',
			is_active: true,
		};
		return active ?? sessions.tokens.insert(made);
	}
}
