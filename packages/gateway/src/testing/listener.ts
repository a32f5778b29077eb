import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { EngineServer } from './engine-server.ts';
import { RawSocket } from './raw-socket.ts';

/** A `graphql-transport-ws` socket that is past the ack. */
export class Listener extends RawSocket {
	static async of(server: EngineServer, token = 'u1'): Promise<Listener> {
		const listener = new Listener(server.socketUrl, 'graphql-transport-ws');
		await once(listener.socket, 'open');
		listener.send({ type: 'connection_init', payload: { authToken: token } });
		assert.deepEqual(await listener.next(), { type: 'connection_ack' });
		return listener;
	}

	start(id: string, query: string, variables: object = {}): void {
		this.send({ id, type: 'subscribe', payload: { query, variables } });
	}

	/** Starts it and waits until it hears. */
	async subscribe(id: string, query: string, variables: object = {}): Promise<void> {
		this.start(id, query, variables);
		await this.settle();
	}

	/** Waits until the server has taken all that was sent before: a mutation is executed when the subscriptions before it hear. */
	async settle(): Promise<void> {
		this.start('settle', 'mutation{nothing}');
		assert.deepEqual(await this.next(), { id: 'settle', type: 'next', payload: { data: { nothing: 'done' } } });
		assert.deepEqual(await this.next(), { id: 'settle', type: 'complete' });
	}

	/** The texts of the next messages; an error's message where there is one. */
	async heard(count: number): Promise<string[]> {
		const texts: string[] = [];
		while (texts.length < count) {
			const { payload } = (await this.next()) as {
				payload: { data?: { onNewChatMessage: { message: { message: string } } } };
			};
			texts.push(
				Array.isArray(payload)
					? `error: ${payload[0].message}`
					: (payload.data?.onNewChatMessage.message.message ?? JSON.stringify(payload)),
			);
		}
		return texts;
	}
}
