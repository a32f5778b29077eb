// A client as others would write it, with npm's `graphql-ws`: subscribes, remembers the last message, and subscribes again after it.
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Node } from './cluster.ts';
import type { Ear, Heard } from './journal.ts';
import type { Person } from './person.ts';

export interface SubscriberOptions {
	readonly person: Person;
	readonly channelId: string;
	readonly nodes: readonly Node[];
	/** The node it begins at; it goes on to the next when that one is gone. */
	readonly node: number;
}

const query = `subscription ($channel: String!, $after: String) {
	onNewChatMessage(channelIdentifier: $channel, after: $after) { message { id } }
}`;

interface Answer extends Record<string, unknown> {
	readonly onNewChatMessage: { readonly message: { readonly id: string } };
}

export class Subscriber implements Ear, AsyncDisposable {
	readonly userId: string;
	readonly channelId: string;
	readonly heard: Heard[] = [];
	/** How its subscriptions began and ended. */
	readonly log: string[] = [];
	readonly #options: SubscriberOptions;
	readonly #running: Promise<void>;
	#node: number;
	#count = 0;
	#stopped = false;
	#socket: WebSocket | undefined;

	constructor(options: SubscriberOptions) {
		this.#options = options;
		this.userId = options.person.id;
		this.channelId = options.channelId;
		this.#node = options.node;
		this.#running = this.#run();
	}

	/** The client's own connection breaks. */
	cut(): void {
		this.#socket?.terminate();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#stopped = true;
		this.cut();
		await this.#running;
	}

	async #run(): Promise<void> {
		const { nodes, person } = this.#options;
		while (!this.#stopped) {
			const node = nodes[this.#node % nodes.length] as Node;
			try {
				this.#log(await this.#subscribe(node, await person.token(node.origin)));
			} catch (error) {
				this.#log(`${error}`);
			}
			if (!node.isUp) this.#node++;
			await sleep(100);
		}
	}

	/** Gives what it ended with. */
	#subscribe(node: Node, token: string): Promise<string> {
		const after = this.heard.at(-1)?.id ?? null;
		const by = `#${++this.#count} at ${node.origin}`;
		this.#log(`${by} after ${after}`);
		const setSocket = (socket: WebSocket) => {
			this.#socket = socket;
		};
		return new Promise((resolve) => {
			const client = createClient({
				url: `${node.origin.replace('http', 'ws')}/graphql`,
				webSocketImpl: class extends WebSocket {
					constructor(url: string, protocol: string) {
						super(url, protocol);
						setSocket(this);
					}
				},
				retryAttempts: 0,
				connectionParams: { Authorization: `JWT ${token}` },
			});
			const end = (what: unknown) => {
				const words = what instanceof Error ? what.message : JSON.stringify(what);
				if (/"code":4403|session|UNAUTHENTICATED/.test(words)) void this.#options.person.forget(token);
				resolve(`${by} ended after ${this.heard.filter((one) => one.by === by).length} messages: ${words}`);
				void client.dispose();
			};
			client.subscribe<Answer>(
				{ query, variables: { channel: this.channelId, after } },
				{
					next: ({ data, errors }) => {
						if (!data || errors) return end(errors);
						this.heard.push({ id: data.onNewChatMessage.message.id, at: performance.now(), by });
					},
					error: (error) => end(isClose(error) ? { code: error.code, reason: error.reason } : error),
					complete: () => end('completed'),
				},
			);
		});
	}

	#log(what: string): void {
		this.log.push(`${Math.round(performance.now())} ${what}`);
	}
}

const isClose = (error: unknown): error is { code: number; reason: string } =>
	typeof error === 'object' && error !== null && 'code' in error && 'reason' in error;
