// Notification services that can be stopped and killed: processes of their own on one PostgreSQL.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SendResult } from '../accepting/send.ts';
import type { NotifierOptions } from '../options.ts';
import { key } from './service.ts';
import type { World } from './world.ts';

export interface ProcessOptions
	extends Pick<World, 'url' | 'botToken' | 'channelId'>,
		Pick<NotifierOptions, 'slots' | 'postTimeout'> {
	readonly databaseUrl: string;
}

export interface ServiceProcess extends AsyncDisposable {
	send(body: object, wait?: string): Promise<SendResult>;
	/** It stands still, as on a machine that is suspended. */
	stop(): void;
	goOn(): void;
}

/** @throws Error when it ends before it listens. */
export async function startServiceProcess(
	{ url, botToken, channelId }: Pick<World, 'url' | 'botToken' | 'channelId'>,
	more: Pick<ProcessOptions, 'databaseUrl' | 'slots' | 'postTimeout'>,
): Promise<ServiceProcess> {
	const options = JSON.stringify({ url, botToken, channelId, ...more });
	const child = fork(join(import.meta.dirname, 'service.process.ts'), [options], { execArgv: process.execArgv });
	const ended = once(child, 'exit');
	const [address] = (await Promise.race([
		once(child, 'message'),
		ended.then(([code]) => Promise.reject(new Error(`the service ended with code ${code}`))),
	])) as [string];
	return {
		async send(body, wait = '0') {
			const response = await fetch(`${address}/api/notifications/send?wait=${wait}`, {
				method: 'POST',
				headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
				body: JSON.stringify(body),
			});
			return (await response.json()) as SendResult;
		},
		stop: () => void child.kill('SIGSTOP'),
		goOn: () => void child.kill('SIGCONT'),
		async [Symbol.asyncDispose]() {
			child.kill('SIGKILL');
			await ended;
		},
	};
}
