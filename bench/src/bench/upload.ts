// Server and each sender are processes of their own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { tempFolder } from '@matterkit/testing';
import type { Run } from '../command.ts';
import { parseOptions } from '../options.ts';

const megabytes = 300;

const ways = [
	'@matterkit/client, path',
	'@matterkit/client, createReadStream',
	'@matterkit/client, any other stream',
	'@matterkit/client, stream of unknown size',
	'@mattermost/client, bytes',
	'@mattermost/client, openAsBlob',
];

export const help = 'Memory above the idle process while a file of 300 MB is uploaded, and how fast.';

export const run: Run = async (report, args) => {
	parseOptions(args, {});
	await using folder = await tempFolder();
	const path = join(folder.path, 'film.mkv');
	const megabyte = Buffer.alloc(1_000_000, 'x');
	await pipeline(
		Array.from({ length: megabytes }, () => megabyte),
		createWriteStream(path),
	);
	const server = start('upload.server.ts');
	try {
		const [port] = await once(server, 'message');
		for (const way of ways) {
			const sender = start('upload.sender.ts', way, `http://127.0.0.1:${port}`, path);
			const [result] = await Promise.race([once(sender, 'message'), once(sender, 'exit').then(() => [undefined])]);
			if (result === undefined) throw new Error(`${way}: the sender ended without a result`);
			const { above, seconds } = result as { above: number; seconds: number };
			report({
				way,
				megabytes,
				'MB above idle': Math.round(above / 1e5) / 10,
				'MB a second': Math.round(megabytes / seconds),
			});
		}
	} finally {
		server.kill();
	}
};

function start(file: string, ...args: string[]): ChildProcess {
	return fork(join(import.meta.dirname, file), args, { execArgv: [...process.execArgv, '--expose-gc'] });
}
