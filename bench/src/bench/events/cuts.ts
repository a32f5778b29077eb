// The same cuts for ours and for @mattermost/client: what is lost, what comes twice, and whether the program lives.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEmulator } from '@matterkit/emulator';
import { until } from '@matterkit/testing';
import { FaultyProxy } from '../../chaos/common/proxy.ts';
import type { Result } from '../../command.ts';

const seconds = 15;

export async function cuts(kind: 'ours' | 'official'): Promise<Result> {
	await using emulator = await createEmulator();
	const channel = emulator.team('team').channel('channel');
	const listener = channel.bot('listener');
	const writer = channel.user('writer');
	await using proxy = await FaultyProxy.start(Number(new URL(emulator.url).port));

	const program = join(import.meta.dirname, 'listener.ts');
	const child = spawn(process.execPath, [...process.execArgv, program, kind, proxy.url, listener.token], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	let exit: string | undefined;
	child.on('exit', (code, signal) => {
		exit = `exit ${code ?? signal}`;
	});
	const told: string[] = [];
	createInterface(child.stdout).on('line', (line) => told.push(line));
	try {
		await until('the listener is ready', () => told.includes('ready') || exit);
		const made: string[] = [];
		const end = performance.now() + seconds * 1_000;
		let faults = 0;
		let next = performance.now() + 1_000;
		while (performance.now() < end) {
			made.push((await channel.post(`post ${made.length}`, { by: writer })).id);
			await sleep(15);
			if (performance.now() < next) continue;
			next += 1_500;
			// Every fourth without a word to either side.
			if (++faults % 4 === 0) proxy.halfOpen();
			else proxy.cut();
		}
		const heard = () => new Set(told);
		await until('all is told', () => exit || made.every((id) => heard().has(id)), { timeout: 12_000 }).catch(() => {});
		const ids = told.filter((line) => line !== 'ready');
		return {
			bench: 'cuts',
			client: kind === 'ours' ? '@matterkit/client' : '@mattermost/client',
			faults,
			made: made.length,
			lost: made.filter((id) => !heard().has(id)).length,
			doubled: ids.length - new Set(ids).size,
			process: exit ?? 'alive',
		};
	} finally {
		child.kill('SIGKILL');
	}
}
