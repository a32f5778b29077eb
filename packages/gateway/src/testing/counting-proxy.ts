// A way to an emulated Mattermost on which a test sees each request, and makes it fail, be lost or wait.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Emulator } from '@matterkit/emulator';
import Fastify from 'fastify';

interface Faults {
	called(call: string, requestId: string, response: ServerResponse): void;
	fails(call: string): boolean;
	loses(call: string): boolean;
	/** Called when Mattermost has answered, and waited for. */
	holds(call: string): (() => Promise<void>) | undefined;
}

/** The emulator at a second address, where each request is written down. */
export async function countingProxy(
	emulator: Emulator,
	{ called, fails, loses, holds }: Faults,
): Promise<{ url: string; cut(): void } & AsyncDisposable> {
	const streams = new Set<Duplex>();
	const app = Fastify({ forceCloseConnections: true });
	app.server.on('upgrade', (request, socket, head) => {
		streams.add(socket);
		socket.on('close', () => streams.delete(socket));
		if (!emulator.upgrade(request, socket, head)) socket.destroy();
	});
	app.addContentTypeParser('*', (_request, _payload, done) => done(null));
	app.removeContentTypeParser(['application/json', 'text/plain']);
	app.all('/*', (request, reply) => {
		const call = `${request.method} ${request.url.split('?')[0]}`;
		called(call, String(request.headers['x-request-id'] ?? ''), reply.raw);
		reply.hijack();
		const held = holds(call);
		if (held) void actAndHold(emulator, request.raw, reply.raw, held);
		else if (fails(call)) {
			reply.raw.writeHead(500, { 'content-type': 'application/json' });
			const request_id = 'fa1l'.padEnd(26, '0');
			reply.raw.end(JSON.stringify({ id: 'test.failure', message: 'made to fail', status_code: 500, request_id }));
		} else if (loses(call)) void actAndLose(emulator, request.raw, reply.raw);
		else void emulator.handle(request.raw, reply.raw);
	});
	await app.listen({ port: 0, host: '127.0.0.1' });
	const { port } = app.server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		cut() {
			for (const socket of streams) socket.destroy();
		},
		[Symbol.asyncDispose]: () => app.close(),
	};
}

async function act(emulator: Emulator, request: IncomingMessage): Promise<{ status: number; body: string }> {
	const { authorization = '' } = request.headers;
	const body = await text(request);
	const answer = await fetch(`${emulator.url}${request.url}`, {
		method: request.method ?? 'GET',
		headers: { authorization, 'content-type': 'application/json' },
		...(body === '' ? {} : { body }),
	});
	return { status: answer.status, body: await answer.text() };
}

async function actAndHold(
	emulator: Emulator,
	request: IncomingMessage,
	response: ServerResponse,
	held: () => Promise<void>,
): Promise<void> {
	const { status, body } = await act(emulator, request);
	await held();
	response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function actAndLose(emulator: Emulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
	await act(emulator, request);
	response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>503 Service Temporarily Unavailable</h1>');
}
