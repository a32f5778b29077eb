/** A caller of the REST API that is not ours: what it was told is the truth that the stream is measured by. */
export class Api {
	readonly url: string;
	readonly token: string;

	constructor(url: string, token: string) {
		this.url = url;
		this.token = token;
	}

	async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}/api/v4${path}`, {
			method,
			headers: { Authorization: `Bearer ${this.token}` },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(60_000),
		});
		if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
		return (await response.json()) as T;
	}
}

/** A user of the emulated server who can call. */
export interface Caller {
	readonly id: string;
	readonly api: Api;
}

export async function signUp(admin: Api, username: string): Promise<Caller> {
	const user = await admin.call<{ id: string }>('POST', '/users', {
		username,
		email: `${username}@example.com`,
		password: 'Passw0rd!x',
	});
	return { id: user.id, api: new Api(admin.url, await newToken(admin, user.id)) };
}

export async function newToken(admin: Api, userId: string): Promise<string> {
	const { token } = await admin.call<{ token: string }>('POST', `/users/${userId}/tokens`, { description: 'chaos' });
	return token;
}
