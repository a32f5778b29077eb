// A way to PostgreSQL that loses the answer to a commit.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

export interface CuttingProxy extends AsyncDisposable {
	/** The database's URL, by way of the proxy. */
	readonly url: string;
	/** So many of the next commits are made, and their connections are cut before the answer. */
	cuts: number;
}

export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
	const { hostname, port } = new URL(url);
	const server = createServer((client) => {
		const database = connect(Number(port), hostname);
		for (const socket of [client, database]) socket.on('error', () => {});
		let isLost = false;
		client.on('data', (bytes) => {
			if (proxy.cuts > 0 && bytes.includes('commit\0')) {
				proxy.cuts--;
				isLost = true;
			}
			database.write(bytes);
		});
		database.on('data', (bytes) => {
			if (isLost) client.destroy();
			else client.write(bytes);
		});
		client.on('close', () => database.destroy());
		database.on('close', () => client.destroy());
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const here = new URL(url);
	here.port = String((server.address() as AddressInfo).port);
	const proxy = {
		url: here.href,
		cuts: 0,
		async [Symbol.asyncDispose]() {
			server.close();
		},
	};
	return proxy;
}
