import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server saw it. */
export interface Seen {
	readonly method: string;
	/** Without query, still encoded. */
	readonly path: string;
	readonly query: Readonly<Record<string, string>>;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
	readonly json: unknown;
}

export interface StubServer extends AsyncDisposable {
	readonly url: string;
	/** What was asked, in order. */
	readonly requests: readonly Seen[];
}

/** What to answer: a body (sent as JSON with 200), `[status, body]`, or nothing when `response` was used. */
type Handler = (request: Seen, response: ServerResponse) => unknown;

/** An HTTP server that a test writes itself. Each request is read wholly before the handler sees it. */
export async function stubServer(handler: Handler): Promise<StubServer> {
	const requests: Seen[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		try {
			for await (const chunk of request) chunks.push(chunk);
		} catch {
			return; // the client went away
		}
		const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
		const body = Buffer.concat(chunks);
		const isJson = request.headers['content-type'] === 'application/json';
		const seen: Seen = {
			method: request.method ?? '',
			path: pathname,
			query: Object.fromEntries(searchParams),
			headers: request.headers,
			body,
			json: isJson ? JSON.parse(body.toString()) : undefined,
		};
		requests.push(seen);
		const answer = await handler(seen, response);
		if (answer === undefined) return;
		const [status, content] = isStatusAnd(answer) ? answer : [200, answer];
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

function isStatusAnd(answer: unknown): answer is [number, unknown] {
	return Array.isArray(answer) && answer.length === 2 && typeof answer[0] === 'number';
}

/** An error as Mattermost answers it. */
export function appError(status: number, id: string): [number, unknown] {
	return [status, { id, message: `message of ${id}`, detailed_error: '', request_id: 'request1', status_code: status }];
}
