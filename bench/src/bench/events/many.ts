// Many streams in one process, as a gateway has them, with the server in another.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Mattermost, sharedDecoding } from '@matterkit/client';
import type { Result } from '../../command.ts';

export async function many(count: number): Promise<Result> {
	const server = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, 'server.ts')], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	try {
		const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
		const { url, token } = JSON.parse(line) as { url: string; token: string };
		const mm = new Mattermost({ url, token });
		const decoder = sharedDecoding();
		await mm.users.getMe();
		const before = used();
		const streams = Array.from({ length: count }, () => mm.events({ decoder }));
		const start = performance.now();
		await Promise.all(streams.map((stream) => stream.ready()));
		const ready = performance.now() - start;
		const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
		const after = used();
		await Promise.all(streams.map((stream) => stream.close()));
		await mm.close();
		return {
			bench: 'many streams',
			streams: count,
			ready_ms: Math.round(ready),
			heap_kb_each: Math.round((after.heap - before.heap) / count / 1_024),
			rss_kb_each: Math.round((after.rss - before.rss) / count / 1_024),
			timers_each: Number((timers / count).toFixed(2)),
		};
	} finally {
		server.kill('SIGKILL');
	}
}

function used(): { heap: number; rss: number } {
	(globalThis as { gc?: () => void }).gc?.();
	const { heapUsed, external, rss } = process.memoryUsage();
	return { heap: heapUsed + external, rss };
}
