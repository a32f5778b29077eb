// Clients of both WebSocket subprotocols that queue what they get, so that tests wait for frames and never sleep.
import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface Subscriber<Data> extends AsyncDisposable {
	/** The next result; fails when the subscription ends instead. */
	next(): Promise<Data>;
	/** What the subscription ended with: errors, or undefined where it was completed. Fails when a result comes instead. */
	end(): Promise<unknown>;
	/** How many results wait. */
	readonly waiting: number;
}

export interface SubscriberOptions {
	readonly url: string;
	readonly token: string;
	readonly query: string;
	readonly variables?: Record<string, unknown>;
	/** Default `graphql-transport-ws`. */
	readonly protocol?: 'graphql-transport-ws' | 'graphql-ws';
}

type Item<Data> = { readonly data: Data } | { readonly end: unknown };

export function subscribe<Data>(options: SubscriberOptions): Subscriber<Data> {
	const items: Item<Data>[] = [];
	let wake = () => {};
	const push = (item: Item<Data>) => {
		items.push(item);
		wake();
	};
	const take = async (): Promise<Item<Data>> => {
		const deadline = AbortSignal.timeout(60_000);
		while (items.length === 0) {
			await new Promise<void>((resolve, reject) => {
				wake = resolve;
				deadline.addEventListener('abort', () => reject(new Error('waited 60 s in vain for a frame')));
			});
		}
		// The loop above has seen it.
		return items.shift() as Item<Data>;
	};
	const close = options.protocol === 'graphql-ws' ? legacy(options, push) : current(options, push);
	return {
		async next() {
			const item = await take();
			if ('data' in item) return item.data;
			throw new Error(`the subscription ended: ${JSON.stringify(item.end)}`);
		},
		async end() {
			const item = await take();
			if ('end' in item) return item.end;
			throw new Error(`a result came: ${JSON.stringify(item.data)}`);
		},
		get waiting() {
			return items.length;
		},
		[Symbol.asyncDispose]: close,
	};
}

function current<Data>({ url, token, query, variables = {} }: SubscriberOptions, push: (item: Item<Data>) => void) {
	const client = createClient({
		url,
		webSocketImpl: WebSocket,
		retryAttempts: 0,
		connectionParams: { Authorization: `JWT ${token}` },
	});
	client.subscribe<Data>(
		{ query, variables },
		{
			next: ({ data, errors }) => (errors || !data ? push({ end: errors }) : push({ data })),
			error: (error) => push({ end: isClose(error) ? { code: error.code, reason: error.reason } : error }),
			complete: () => push({ end: undefined }),
		},
	);
	return async () => void (await client.dispose());
}

const isClose = (error: unknown): error is { code: number; reason: string } =>
	typeof error === 'object' && error !== null && 'code' in error && 'reason' in error;

/** As the tester of the reference does it: the token in connection_init, and `start` at once. */
function legacy<Data>({ url, token, query, variables = {} }: SubscriberOptions, push: (item: Item<Data>) => void) {
	const socket = new WebSocket(url, 'graphql-ws');
	socket.on('open', () => {
		socket.send(JSON.stringify({ type: 'connection_init', payload: { headers: { Authorization: `JWT ${token}` } } }));
		socket.send(JSON.stringify({ id: '1', type: 'start', payload: { query, variables } }));
	});
	socket.on('message', (bytes) => {
		const { type, payload } = JSON.parse(String(bytes)) as {
			type: string;
			payload?: { data?: Data; errors?: unknown };
		};
		if (type === 'data' && payload?.data && !payload.errors) push({ data: payload.data });
		else if (type === 'data' || type === 'error' || type === 'connection_error')
			push({ end: payload?.errors ?? payload });
		else if (type === 'complete') push({ end: undefined });
	});
	socket.on('close', (code, reason) => push({ end: { code, reason: String(reason) } }));
	return async () => {
		if (socket.readyState === WebSocket.CLOSED) return;
		socket.terminate();
		await once(socket, 'close');
	};
}
