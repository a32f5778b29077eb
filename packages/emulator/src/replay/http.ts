import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';

export interface Answer {
	readonly status: number;
	/** Lower-case names; a header sent twice is a list. */
	readonly headers: Readonly<Record<string, string | readonly string[]>>;
	readonly body: Buffer;
}

export interface Question {
	readonly method: string;
	readonly path: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Buffer | string | undefined;
}

/** Asks over a connection of its own kind of `node:http`: fetch would join the headers that the server sends twice. */
export class Asker implements Disposable {
	readonly #agent = new Agent({ keepAlive: true });
	readonly #url: string;

	constructor(url: string) {
		this.#url = url;
	}

	async ask({ method, path, headers = {}, body }: Question): Promise<Answer> {
		const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
		const sent = request(new URL(path, this.#url), { method, agent: this.#agent, headers: { ...headers, ...length } });
		sent.end(body);
		const [response] = (await once(sent, 'response')) as [IncomingMessage];
		const chunks: Buffer[] = [];
		for await (const chunk of response) chunks.push(chunk as Buffer);
		const received: Record<string, string | string[]> = {};
		for (const [name, values] of Object.entries(response.headersDistinct)) {
			if (values) received[name] = values.length === 1 ? (values[0] ?? '') : values;
		}
		return { status: response.statusCode ?? 0, headers: received, body: Buffer.concat(chunks) };
	}

	[Symbol.dispose](): void {
		this.#agent.destroy();
	}
}
