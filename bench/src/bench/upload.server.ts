// Takes what `upload.ts` sends, in a process of its own, and throws it away: whole files, and parts of upload sessions.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const sessions = new Map<string, { id: string; file_size: number; file_offset: number }>();

const server = createServer(async (request, response) => {
	const { pathname } = new URL(request.url ?? '/', 'http://server');
	const keep = pathname === '/api/v4/uploads';
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (keep) chunks.push(chunk);
	}
	const answer = (status: number, body?: unknown) => {
		response.writeHead(status, { 'content-type': 'application/json' }).end(body ? JSON.stringify(body) : '');
	};
	if (pathname === '/api/v4/config/client') return answer(200, { MaxFileSize: '1000000000' });
	if (pathname === '/api/v4/files') return answer(201, { file_infos: [{ id: 'file', size }] });
	if (keep) {
		const { file_size } = JSON.parse(Buffer.concat(chunks).toString());
		const session = { id: `session${sessions.size}`, file_size, file_offset: 0 };
		sessions.set(session.id, session);
		return answer(201, session);
	}
	const session = sessions.get(pathname.split('/')[4] ?? '');
	if (!session) return answer(200, { id: 'me' });
	session.file_offset += size;
	return session.file_offset < session.file_size ? answer(204) : answer(200, { id: 'file', size: session.file_offset });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
