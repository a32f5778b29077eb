// Processes of a measurement that are told what to do by messages, and answer each with one.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** @throws Error when the process ends without an answer */
export async function ask<Answer>(child: ChildProcess, order: object | string): Promise<Answer> {
	child.send(order);
	return nextMessage(child);
}

/** @throws Error when the process ends without one */
export async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
	const waiting = new AbortController();
	const gone = () => waiting.abort(new Error('a process of the benchmark ended'));
	child.once('exit', gone);
	try {
		const [message] = await once(child, 'message', { signal: waiting.signal });
		return message as Message;
	} finally {
		child.off('exit', gone);
	}
}

/** A program that says something when it is ready; killed when it is disposed of. */
export async function forkChild<Ready>(path: string, args: readonly string[] = [], execArgv = process.execArgv) {
	const child = fork(path, args, { execArgv });
	return {
		child,
		ready: await nextMessage<Ready>(child),
		async [Symbol.asyncDispose]() {
			child.kill();
			if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
		},
	};
}
