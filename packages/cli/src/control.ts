// How other commands on this machine speak with the server that runs on a data folder: HTTP over a Unix socket in that folder, which only
// its owner can open. The embedded database has one process; what others want of it goes through here.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { backup, type Store, type StoreStatus, status } from '@matterkit/store';
import { UsageError } from './usage-error.ts';

/** What can be asked, with what is sent along and what comes back. */
interface Calls {
	status: { ask: Record<string, never>; answer: StoreStatus };
	/** `file`: an absolute path. */
	backup: { ask: { file: string }; answer: Record<string, never> };
}

const socketName = 'control.sock';

/** Operating systems cut the path of a Unix socket at about 104 bytes. */
const longestPath = 100;

export const controlPath = (dataFolder: string): string => `${dataFolder}/${socketName}`;

/** Serves the calls until it is disposed. A data folder with a very long path has none: its database is reached when the server rests. */
export async function openControl(dataFolder: string, store: Store): Promise<AsyncDisposable> {
	const path = controlPath(dataFolder);
	if (Buffer.byteLength(path) > longestPath) return { async [Symbol.asyncDispose]() {} };
	// Left behind by a server that was killed; a living one would have kept us from opening the database.
	rmSync(path, { force: true });
	const server = createServer(async (incoming, response) => {
		try {
			response.end(JSON.stringify(await answer(incoming, store)));
		} catch (error) {
			response.writeHead(400).end(JSON.stringify({ message: (error as Error).message }));
		}
	});
	const mask = process.umask(0o077);
	server.listen(path);
	try {
		await once(server, 'listening');
	} finally {
		process.umask(mask);
	}
	return {
		async [Symbol.asyncDispose]() {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
}

async function answer(incoming: IncomingMessage, store: Store): Promise<Calls[keyof Calls]['answer']> {
	if (incoming.url === '/status') return status(store, (await import('./tables.ts')).tables);
	if (incoming.url !== '/backup')
		throw new UsageError(`the running server knows no ${incoming.url}: is it of another version?`);
	const { file } = (await json(incoming)) as Calls['backup']['ask'];
	await backup(store, file);
	return {};
}

/**
 * Asks the server that runs on the data folder.
 * @returns undefined when none runs there.
 * @throws UsageError with what the server says against it.
 */
export async function askServer<Name extends keyof Calls>(
	dataFolder: string,
	name: Name,
	ask: Calls[Name]['ask'],
): Promise<Calls[Name]['answer'] | undefined> {
	const outgoing = request({ socketPath: controlPath(dataFolder), method: 'POST', path: `/${name}` });
	outgoing.end(JSON.stringify(ask));
	let incoming: IncomingMessage;
	try {
		[incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENAMETOOLONG' || code === 'EINVAL') return undefined;
		throw new UsageError(`the server that runs on ${dataFolder} cannot be asked: ${message}`);
	}
	const body = (await json(incoming)) as Calls[Name]['answer'] & { message?: string };
	if (incoming.statusCode !== 200) throw new UsageError(body.message ?? 'the running server refused');
	return body;
}
