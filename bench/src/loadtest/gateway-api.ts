// The few requests that a load test makes of a gateway.

export class GatewayError extends Error {
	override readonly name = 'GatewayError' as const;
}

export class GatewayApi {
	/** `http(s)://…/graphql/` */
	readonly url: string;

	/** @param address of the gateway: its origin, or the whole address of its GraphQL endpoint */
	constructor(address: string) {
		const url = new URL(address);
		if (!/\/graphql\/?$/.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/$/, '')}/graphql/`;
		this.url = url.href;
	}

	get socketUrl(): string {
		return this.url.replace(/^http/, 'ws');
	}

	/** @throws GatewayError with what the gateway says */
	async request<T>(query: string, variables: object, token?: string): Promise<T> {
		const response = await fetch(this.url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}) },
			body: JSON.stringify({ query, variables }),
			signal: AbortSignal.timeout(30_000),
		});
		const text = await response.text();
		const { data, errors } = parsed<T>(text);
		if (errors?.[0]) throw new GatewayError(errors[0].message);
		if (!data) throw new GatewayError(`${this.url} answered ${response.status}: ${text.slice(0, 200)}`);
		return data;
	}

	async signUp(username: string, password: string): Promise<void> {
		const email = `${username}@example.com`;
		try {
			await this.request(
				'mutation($u:String!,$e:String!,$p:String!){userCreate(username:$u,email:$e,password:$p){status}}',
				{ u: username, e: email, p: password },
			);
		} catch (error) {
			if (!(error instanceof GatewayError)) throw error;
			throw new GatewayError(`could not sign up (${error.message}): give --token or --username of somebody who may`);
		}
	}

	async signIn(username: string, password: string): Promise<string> {
		const { userGetToken } = await this.request<{ userGetToken: { token?: string; message: string } }>(
			'mutation($u:String!,$p:String!){userGetToken(username:$u,password:$p){... on ResponseWithToken{token message} ... on ResponseBase{message}}}',
			{ u: username, p: password },
		);
		if (!userGetToken.token) throw new GatewayError(`could not sign in as ${username}: ${userGetToken.message}`);
		return userGetToken.token;
	}

	/** Gives what the channel is known by. */
	async createChannel(name: string, members: readonly string[], token: string): Promise<string> {
		const { channelCreate } = await this.request<{ channelCreate: { metadata: { channel_id?: string } | null } }>(
			'mutation($n:String!,$m:[String]!){channelCreate(channelName:$n,members:$m){metadata}}',
			{ n: name, m: members },
			token,
		);
		return channelCreate.metadata?.channel_id ?? name;
	}

	async send(channel: string, text: string, token: string): Promise<void> {
		await this.request(
			'mutation($c:String!,$t:String!){textMessageSend(channelIdentifier:$c,textMessage:$t){status}}',
			{ c: channel, t: text },
			token,
		);
	}
}

function parsed<T>(text: string): { data?: T | null; errors?: { message: string }[] } {
	try {
		return JSON.parse(text);
	} catch {
		return {};
	}
}
