import { createUser } from './accounts.ts';
import { newId } from './ids.ts';
import { logIn } from './session.ts';
import type { Site } from './site.ts';

export interface Admin {
	readonly id: string;
	readonly username: string;
	readonly password: string;
	/** Of a login that the emulator made for the caller. */
	readonly token: string;
}

/** The administrator of a new world is made; that of a world with a journal is found there. */
export async function ensureAdmin(site: Site): Promise<Admin> {
	const { notes } = site.world;
	const username = notes.get('admin.username')?.value ?? 'admin';
	const password = notes.get('admin.password')?.value ?? `Aa1-${newId()}`;
	let user = site.world.users.named(username);
	if (!user) {
		user = await createUser(site, {
			username,
			password,
			email: `${username}@example.com`,
			roles: 'system_admin system_user',
		});
		notes.insert({ name: 'admin.username', value: username });
		notes.insert({ name: 'admin.password', value: password });
	}
	let token = notes.get('admin.token')?.value;
	if (token === undefined || !site.world.sessions.withToken(token)) {
		token = logIn(site, user).token;
		notes.insert({ name: 'admin.token', value: token });
	}
	return { id: user.id, username, password, token };
}
