import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { findServices } from './services.ts';
import { tempFolder } from './temp-folder.ts';
import { until } from './until.ts';

export interface Page extends AsyncDisposable {
	/** Everything that the page asked for, WebSockets too; not what stands in the page as data. */
	readonly urls: ReadonlySet<string>;
	/** Errors of its console, exceptions, and what its security policy refused. */
	readonly problems: readonly string[];
	open(url: string): Promise<void>;
	/** The value of an expression in the page; a promise is waited for. */
	evaluate<T>(expression: string): Promise<T>;
	/** Waits until an expression in the page is true. */
	until(expression: string): Promise<void>;
	/** Types into the element that has the focus. */
	type(text: string): Promise<void>;
}

interface Message {
	readonly id?: number;
	readonly method?: string;
	readonly params?: Record<string, unknown>;
	readonly result?: Record<string, unknown>;
	readonly error?: { readonly message: string };
}

/**
 * A page in a Chromium without a window, driven by the DevTools protocol.
 * @returns undefined where Chromium is not installed: the caller skips its test.
 */
export async function startBrowser(): Promise<Page | undefined> {
	const program = findServices().chromium;
	if (!program) return undefined;
	const profile = await tempFolder();
	// Nothing is opened here but a page of ours, and root may not have a sandbox; containers have little shared memory.
	const flags = ['--headless', '--no-sandbox', '--disable-dev-shm-usage', '--remote-debugging-pipe'];
	const chromium = spawn(program, [...flags, `--user-data-dir=${profile.path}`], {
		stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
	});
	const exited = once(chromium, 'exit');
	const urls = new Set<string>();
	const problems: string[] = [];
	const told = (method: string, params: Record<string, unknown>) => {
		if (method === 'Network.requestWillBeSent') {
			const { url } = params.request as { url: string };
			if (!url.startsWith('data:')) urls.add(url);
		}
		if (method === 'Network.webSocketCreated') urls.add(String(params.url));
		const { type, entry } = params as { type?: string; entry?: { level: string } };
		const isError = method === 'Runtime.consoleAPICalled' && (type === 'error' || type === 'assert');
		if (method === 'Runtime.exceptionThrown' || entry?.level === 'error' || isError)
			problems.push(JSON.stringify(params));
	};
	const call = devTools(chromium.stdio[3] as Writable, chromium.stdio[4] as Readable, told);
	const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
	const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
	const ask = (method: string, params: object = {}) => call(method, params, sessionId as string);
	for (const domain of ['Network', 'Runtime', 'Log', 'Page']) await ask(`${domain}.enable`);
	const evaluate = async <T>(expression: string) => {
		const { result, exceptionDetails } = await ask('Runtime.evaluate', {
			expression,
			awaitPromise: true,
			returnByValue: true,
		});
		if (exceptionDetails) throw new Error(`${expression} failed: ${JSON.stringify(exceptionDetails)}`);
		return (result as { value: T }).value;
	};
	return {
		urls,
		problems,
		async open(url) {
			await ask('Page.navigate', { url });
		},
		evaluate,
		async until(expression) {
			// A browser's start is seconds of work on a busy machine.
			await until(expression, () => evaluate<boolean>(`Boolean(${expression})`), { timeout: 60_000 });
		},
		async type(text) {
			await ask('Input.insertText', { text });
		},
		async [Symbol.asyncDispose]() {
			chromium.kill('SIGKILL');
			await exited;
			await profile[Symbol.asyncDispose]();
		},
	};
}

/** Messages are JSON, each with a zero byte behind it. */
function devTools(input: Writable, output: Readable, told: (method: string, params: Record<string, unknown>) => void) {
	const waiting = new Map<number, (message: Message) => void>();
	let count = 0;
	let rest = '';
	output.setEncoding('utf8').on('data', (text: string) => {
		const messages = (rest + text).split('\0');
		rest = messages.pop() ?? '';
		for (const message of messages.map((json) => JSON.parse(json) as Message)) {
			if (message.id !== undefined) waiting.get(message.id)?.(message);
			else if (message.method) told(message.method, message.params ?? {});
		}
	});
	output.once('close', () => {
		for (const answer of [...waiting.values()]) answer({ error: { message: 'Chromium has ended' } });
	});
	return (method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> =>
		new Promise((resolve, reject) => {
			const id = ++count;
			waiting.set(id, ({ result, error }) => {
				waiting.delete(id);
				if (error) reject(new Error(`${method} failed: ${error.message}`));
				else resolve(result ?? {});
			});
			input.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
		});
}
