import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { endWithUs } from './end-with-us.ts';
import { freePort } from './free-port.ts';
import { findServices } from './services.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

export interface RedisServer extends AsyncDisposable {
	readonly url: string;
	/** Ends the server with SIGKILL; what it held is gone. */
	kill(): Promise<void>;
	/** Starts it again, empty, on the same port. */
	start(): Promise<void>;
}

/**
 * A Redis server of the test's own, on a free loopback port, keeping nothing on disk.
 * @returns undefined where Redis is not installed: the caller skips its test.
 */
export async function startRedis(): Promise<RedisServer | undefined> {
	const program = findServices().redis;
	if (!program) return undefined;
	const folder = await tempFolder();
	const port = await freePort();
	let server: ChildProcess | undefined;
	const start = async () => {
		const args = [
			'--port',
			String(port),
			'--bind',
			'127.0.0.1',
			'--save',
			'',
			'--appendonly',
			'no',
			'--dir',
			folder.path,
		];
		server = spawn(program, args, { stdio: 'ignore' });
		endWithUs(server, 'KILL');
		await until('Redis answers', () => pings(port), { every: 10 });
	};
	const kill = async () => {
		const child = server;
		server = undefined;
		if (!child || child.exitCode !== null) return;
		child.kill('SIGKILL');
		await once(child, 'exit');
	};
	await start();
	return {
		url: `redis://127.0.0.1:${port}`,
		kill,
		start,
		async [Symbol.asyncDispose]() {
			await kill();
			await folder[Symbol.asyncDispose]();
		},
	};
}

function pings(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createConnection(port, '127.0.0.1', () => socket.write('PING\r\n'));
		socket.once('data', (reply) => {
			resolve(reply.toString().startsWith('+PONG'));
			socket.destroy();
		});
		socket.once('error', () => resolve(false));
	});
}
