import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server treats the n-th request for bytes (from 1): `cut` after some bytes, `lose` its answer, `busy`: refuse. */
export type Mischief = { readonly cut: number } | 'lose' | 'busy' | undefined;

interface Session {
	id: string;
	file_size: number;
	file_offset: number;
	filename: string;
	hash: Hash;
}

/** A server that takes files: in one piece, or in parts with the real server's rules. Keeps hashes, not bytes. */
export async function uploadServer({ maxFileSize = 1e9, mischief = (_request: number): Mischief => undefined } = {}) {
	const sessions = new Map<string, Session>();
	const files: { id: string; name: string; size: number; sha256: string }[] = [];
	const calls: string[] = [];
	let byteRequests = 0;

	const finish = (name: string, size: number, hash: Hash) => {
		const file = { id: `file${files.length + 1}`, name, size, sha256: hash.digest('hex') };
		files.push(file);
		return file;
	};
	/** Reads the body into the hash, as far as `cut`, where the connection breaks. */
	const take = async (request: IncomingMessage, hash: Hash, cut: number) => {
		let taken = 0;
		try {
			for await (const chunk of request as AsyncIterable<Buffer>) {
				const kept = chunk.subarray(0, cut - taken);
				hash.update(kept);
				taken += kept.length;
				if (taken >= cut) request.socket.destroy();
			}
		} catch {
			// the client went away: what came, came
		}
		return taken;
	};
	const reply = (response: ServerResponse, status: number, body?: unknown) => {
		response
			.writeHead(status, { 'content-type': 'application/json' })
			.end(body === undefined ? '' : JSON.stringify(body));
	};
	const refuse = (response: ServerResponse, status: number, id: string) =>
		reply(response, status, { id, message: id, status_code: status });

	const server = createServer(async (request, response) => {
		const { socket } = request;
		const url = new URL(request.url ?? '/', 'http://stub');
		const call = `${request.method} ${url.pathname.replace('/api/v4', '')}`;
		calls.push(call);
		if (call === 'GET /config/client') return reply(response, 200, { MaxFileSize: String(maxFileSize) });
		const sendsBytes = call === 'POST /files' || call.startsWith('POST /uploads/');
		const trick = sendsBytes ? mischief(++byteRequests) : undefined;
		if (trick === 'busy') {
			request.resume();
			return refuse(response, 400, 'somebody.else.is.writing');
		}
		const cut = typeof trick === 'object' ? trick.cut : Number.POSITIVE_INFINITY;

		if (call === 'POST /files') {
			const hash = createHash('sha256');
			const size = await take(request, hash, cut);
			if (size >= cut) return socket.destroy();
			const file = finish(url.searchParams.get('filename') ?? '', size, hash);
			return trick === 'lose' ? socket.destroy() : reply(response, 201, { file_infos: [file] });
		}
		if (call === 'POST /uploads') {
			const { file_size, filename } = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString());
			const session = {
				id: `session${sessions.size + 1}`,
				file_size,
				filename,
				file_offset: 0,
				hash: createHash('sha256'),
			};
			sessions.set(session.id, session);
			return reply(response, 201, { ...session, hash: undefined });
		}
		const session = sessions.get(url.pathname.split('/')[4] ?? '');
		if (!session) return refuse(response, 404, 'app.upload.get.app_error');
		if (request.method === 'GET') return reply(response, 200, { ...session, hash: undefined });

		const hash = session.hash.copy();
		const size = await take(request, hash, cut);
		const end = session.file_offset + size;
		if (session.file_offset === 0 && size < 5 * 1024 * 1024 && end !== session.file_size) {
			// What came of a first part that is too small is thrown away.
			return size >= cut
				? socket.destroy()
				: refuse(response, 400, 'app.upload.upload_data.first_part_too_small.app_error');
		}
		session.file_offset = end;
		session.hash = hash;
		if (size >= cut) return socket.destroy();
		if (end < session.file_size) return trick === 'lose' ? socket.destroy() : reply(response, 204);
		sessions.delete(session.id);
		const file = finish(session.filename, end, hash);
		return trick === 'lose' ? socket.destroy() : reply(response, 200, file);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		/** Files that arrived whole. */
		files,
		/** `METHOD /path`, without the query. */
		calls,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}
