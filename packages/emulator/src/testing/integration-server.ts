import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface IntegrationCall {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
	/** The fields of a form. */
	readonly form: Readonly<Record<string, string>>;
}

/** Somebody else's server, which the emulator calls. It keeps the calls and answers what `answer` gives, as JSON or text. */
export async function integrationServer(answer: (call: IntegrationCall) => unknown) {
	const calls: IntegrationCall[] = [];
	const waiting: (() => void)[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const text = Buffer.concat(chunks).toString();
		const { method = '', url: path = '', headers } = request;
		const query = path.includes('?') ? path.slice(path.indexOf('?') + 1) : text;
		const call = { method, path, headers, text, form: Object.fromEntries(new URLSearchParams(query)) };
		calls.push(call);
		const reply = await answer(call);
		if (typeof reply === 'string') response.setHeader('content-type', 'text/plain').end(reply);
		else response.setHeader('content-type', 'application/json').end(reply === undefined ? '' : JSON.stringify(reply));
		for (const resolve of waiting.splice(0)) resolve();
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		calls,
		/** Waits until so many calls have been answered. */
		async called(count: number): Promise<void> {
			while (calls.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
		},
		async [Symbol.asyncDispose](): Promise<void> {
			server.close();
			server.closeAllConnections();
		},
	};
}
