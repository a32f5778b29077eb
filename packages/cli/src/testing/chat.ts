// A chat client of the tests: GraphQL over HTTP and over both WebSocket subprotocols, with Node's own fetch and WebSocket.
import { once } from 'node:events';

interface Answer {
	readonly data?: Record<string, unknown> | null;
	readonly errors?: readonly { readonly message: string }[];
}

/** @throws Error with GraphQL's messages. */
export async function graphql<T>(url: string, query: string, variables: object, token?: string): Promise<T> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}) },
		body: JSON.stringify({ query, variables }),
	});
	const { data, errors } = (await response.json()) as Answer;
	if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
	return data as T;
}

const subprotocols = {
	'graphql-transport-ws': { begin: 'subscribe', event: 'next' },
	'graphql-ws': { begin: 'start', event: 'data' },
} as const;

interface Frame {
	readonly type: string;
	readonly payload?: { data?: { onNewChatMessage: { message: { message: string } } } };
}

/** A subscription to the messages of one channel. */
export interface Subscription extends AsyncDisposable {
	/** The text of the next message; waits for it. */
	next(): Promise<string>;
}

/** Subscribes; with `graphql-ws` as the reference's tester does, without waiting for the ack. */
export async function subscribe(
	url: string,
	protocol: keyof typeof subprotocols,
	token: string,
	channel: string,
): Promise<Subscription> {
	const { begin, event } = subprotocols[protocol];
	const socket = new WebSocket(url, protocol);
	const frames: Frame[] = [];
	const waiting: (() => void)[] = [];
	socket.addEventListener('message', ({ data }) => {
		frames.push(JSON.parse(String(data)) as Frame);
		for (const wake of waiting.splice(0)) wake();
	});
	const nextFrame = async (type: string): Promise<Frame> => {
		for (;;) {
			const frame = frames.shift();
			if (frame?.type === type) return frame;
			if (frame && (frame.type === 'error' || frame.type === 'complete')) throw new Error(JSON.stringify(frame));
			if (!frame) await new Promise<void>((resolve) => waiting.push(resolve));
		}
	};
	await once(socket, 'open');
	socket.send(JSON.stringify({ type: 'connection_init', payload: { headers: { Authorization: `JWT ${token}` } } }));
	if (protocol === 'graphql-transport-ws') await nextFrame('connection_ack');
	const query = 'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){message{message}}}';
	socket.send(JSON.stringify({ id: '1', type: begin, payload: { query, variables: { c: channel } } }));
	return {
		next: async () => (await nextFrame(event)).payload?.data?.onNewChatMessage.message.message ?? '',
		async [Symbol.asyncDispose]() {
			if (socket.readyState === WebSocket.CLOSED) return;
			socket.close();
			await once(socket, 'close');
		},
	};
}

/** Signs up, logs in, and gives the token. */
export async function signUp(url: string, username: string, password = 'Sup3r-secret!'): Promise<string> {
	await graphql(
		url,
		'mutation($u:String!,$e:String!,$p:String!){userCreate(username:$u,email:$e,password:$p){status}}',
		{ u: username, e: `${username}@example.com`, p: password },
	);
	const { userGetToken } = await graphql<{ userGetToken: { token: string } }>(
		url,
		'mutation($u:String!,$p:String!){userGetToken(username:$u,password:$p){... on ResponseWithToken{token}}}',
		{ u: username, p: password },
	);
	return userGetToken.token;
}
