// The subscribers of the fan-out comparison, in a process of their own. Speaks just enough of the protocols to cost little.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { subscription, variables } from './fanout.schema.ts';

export type ClientOrder =
	| {
			readonly connect: {
				readonly url: string;
				readonly protocol: string;
				readonly sockets: number;
				/** Each operation has an id of its own, as the npm client graphql-ws makes them; else all have "1". */
				readonly ownIds: boolean;
			};
	  }
	/** Answered when every socket got the event of this sequence: with the time of the last, in milliseconds since 1970. */
	| { readonly await: number };

const start: Record<string, string> = {
	'graphql-transport-ws': 'subscribe',
	'graphql-ws': 'start',
};
const wave = 200;
const sockets: WebSocket[] = [];
/** By sequence: how many sockets got it, and when the last did. */
const arrivals = new Map<number, { count: number; last: number }>();
let awaited: number | undefined;

function arrived(data: Buffer): void {
	// The message of the event begins with its sequence, in 8 digits.
	const at = data.indexOf('"message":"0') + 11;
	const sequence = Number(data.toString('latin1', at, at + 8));
	const arrival = arrivals.get(sequence) ?? { count: 0, last: 0 };
	arrivals.set(sequence, arrival);
	if (++arrival.count < sockets.length) return;
	arrival.last = performance.timeOrigin + performance.now();
	answer();
}

function answer(): void {
	const arrival = awaited === undefined ? undefined : arrivals.get(awaited);
	if (!arrival?.last) return;
	awaited = undefined;
	process.send?.(arrival.last);
	arrivals.clear();
}

async function connect(url: string, protocol: string, id: string): Promise<void> {
	const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
	sockets.push(socket);
	await new Promise<void>((resolve, reject) => {
		socket.once('error', reject);
		socket.once('close', (code, reason) => reject(new Error(`closed with ${code} ${reason}`)));
		socket.once('open', () => socket.send('{"type":"connection_init","payload":{"authToken":"u"}}'));
		socket.once('message', () => {
			socket.on('message', arrived);
			socket.send(JSON.stringify({ id, type: start[protocol], payload: { query: subscription, variables } }));
			resolve();
		});
	});
}

process.on('message', async (order: ClientOrder) => {
	if ('await' in order) {
		awaited = order.await;
		answer();
		return;
	}
	const { url, protocol, sockets: count, ownIds } = order.connect;
	const connectOne = () => connect(url, protocol, ownIds ? randomUUID() : '1');
	for (let begun = 0; begun < count; begun += wave)
		await Promise.all(Array.from({ length: Math.min(wave, count - begun) }, connectOne));
	process.send?.('connected');
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
