// A proxy in front of Mattermost that does to the posts what bad networks do.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Faults {
	/** Share of POST /posts whose answer is dropped after the server has acted. */
	readonly drop: number;
	/** Share that is refused before the server hears of it. */
	readonly refuse: number;
	/** Share whose answer comes after `delay` milliseconds. */
	readonly late: number;
	readonly delay: number;
}

export const noFaults: Faults = { drop: 0, refuse: 0, late: 0, delay: 0 };

export interface Proxy extends AsyncDisposable {
	readonly url: string;
	faults: Faults;
	/** True: every connection is cut, those that are open as well. */
	outage: boolean;
	/** How often each fault struck. */
	readonly struck: { dropped: number; refused: number; late: number };
}

export async function startProxy(target: { host: string; port: number }, random: () => number): Promise<Proxy> {
	const sockets = new Set<Socket>();
	const struck = { dropped: 0, refused: 0, late: 0 };
	const server = createServer((incoming, outgoing) => void forward(incoming, outgoing));
	server.on('connection', (socket) => {
		if (proxy.outage) socket.destroy();
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.on('upgrade', (incoming, socket, head) => {
		const upstream = connect(target.port, target.host, () => {
			const { rawHeaders } = incoming;
			const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
			upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
			upstream.write(head);
			upstream.pipe(socket).pipe(upstream);
		});
		const end = () => {
			upstream.destroy();
			socket.destroy();
		};
		for (const side of [upstream, socket]) side.on('error', end).on('close', end);
	});

	async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const body = Buffer.concat(await Array.fromAsync(incoming));
		const fault = incoming.method === 'POST' && incoming.url === '/api/v4/posts' ? chooseFault() : undefined;
		if (fault === 'refused') {
			// Half of the refusals are a gateway's answer, half a cut connection.
			if (random() < 0.5) outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
			else incoming.socket.destroy();
			return;
		}
		const upstream = request(
			{ ...target, method: incoming.method, path: incoming.url, headers: incoming.headers },
			async (response) => {
				const answer = Buffer.concat(await Array.fromAsync(response).catch(() => []));
				if (fault === 'dropped') return void incoming.socket.destroy();
				if (fault === 'late') await new Promise((resolve) => setTimeout(resolve, proxy.faults.delay));
				if (!incoming.socket.destroyed) outgoing.writeHead(response.statusCode ?? 502, response.headers).end(answer);
			},
		);
		upstream.on('error', () => incoming.socket.destroy());
		upstream.end(body);
	}

	function chooseFault(): keyof typeof struck | undefined {
		const { drop, refuse, late } = proxy.faults;
		const dice = random();
		const fault =
			dice < drop ? 'dropped' : dice < drop + refuse ? 'refused' : dice < drop + refuse + late ? 'late' : undefined;
		if (fault) struck[fault]++;
		return fault;
	}

	let outage = false;
	const proxy: Proxy = {
		url: '',
		faults: noFaults,
		struck,
		get outage() {
			return outage;
		},
		set outage(now: boolean) {
			outage = now;
			if (now) for (const socket of sockets) socket.destroy();
		},
		async [Symbol.asyncDispose]() {
			server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
	await once(server.listen(0, '127.0.0.1'), 'listening');
	return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
