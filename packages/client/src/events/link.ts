// The machine's hands: one socket at a time, one timer, the calls that it asks for.
import { createHash } from 'node:crypto';
import type { Secret } from '@matterkit/http';
import { Actions } from './actions.ts';
import type { EventConnection } from './connection.ts';
import { ActionError, type ConnectionLostError, StreamClosedError, UpgradeError } from './errors.ts';
import type { EventBody } from './event.ts';
import type { FrameDecoder, Reply } from './frames.ts';
import { Machine } from './machine.ts';
import type { Effect, Input, MachineOptions, ResumePoint, StreamState } from './machine-inputs.ts';
import { onNetworkChange } from './network.ts';
import { Reads } from './reads.ts';
import { loadSockets, type OpenSocket, type Socket } from './socket.ts';
import { statusOf } from './status.ts';

export interface LinkOptions extends MachineOptions {
	readonly decoder: FrameDecoder;
	/** Milliseconds, monotonic. */
	readonly now: () => number;
	/** 0 to 1. */
	readonly random: () => number;
	readonly openSocket?: OpenSocket;
}

export interface LinkListener {
	/** In the order of the server. `hold`: something that was missed has to be told first. */
	event(body: EventBody, seq: number, hold: boolean): void;
	/** The server answered a ping: all that it sent before has come in. Its clock, and when it was asked by ours; milliseconds. */
	pong(serverTime: number, sent: number): void;
	state(to: StreamState, from: StreamState, error: Error | undefined): void;
	catchUp(): void;
	stopCatchUp(): void;
	release(): void;
	distrust(): void;
	ended(error: Error | undefined): void;
}

export class Link {
	readonly #connection: EventConnection;
	readonly #options: LinkOptions;
	readonly #listener: LinkListener;
	readonly #machine: Machine;
	readonly #actions = new Actions();
	readonly #stop = new AbortController();
	/** Tells tokens apart without giving them away; of the one last connected with. */
	tokenMark: string | undefined;
	/** The sessions of the user's access tokens, when last looked at. */
	sessions: readonly string[] | undefined;
	#openSocket: OpenSocket | undefined;
	#socket: Socket | undefined;
	/** Counts connections: what an earlier one still has to say is not heard. */
	#generation = 0;
	#stopWatching: () => void = () => {};
	readonly #inputs: Input[] = [];
	#timer: NodeJS.Timeout | undefined;
	#timerAt = 0;

	constructor(connection: EventConnection, options: LinkOptions, listener: LinkListener) {
		this.#connection = connection;
		this.#options = options;
		this.#listener = listener;
		this.#openSocket = options.openSocket;
		this.#machine = new Machine(options, options.random);
	}

	get state(): StreamState {
		return this.#machine.state;
	}

	get error(): Error | undefined {
		return this.#machine.error;
	}

	/** Something is missing that has to be read. */
	get behind(): boolean {
		return this.#machine.behind;
	}

	/** What comes is held back until it is known whether something is missing. */
	get unsure(): boolean {
		return this.#machine.unsure;
	}

	get replaying(): boolean {
		return this.#machine.replaying;
	}

	get next(): ResumePoint | undefined {
		return this.#machine.next;
	}

	/** Ends with the stream: reads that are no longer wanted stop. */
	get signal(): AbortSignal {
		return this.#stop.signal;
	}

	/** In the order given: what a listener puts in waits until the effects of what it was told are seen to. */
	input(input: Input): void {
		if (this.#inputs.push(input) > 1) return;
		try {
			for (const next of this.#inputs) this.#input(next);
		} finally {
			this.#inputs.length = 0;
		}
	}

	#input(input: Input): void {
		const from = this.#machine.state;
		const effects = this.#machine.input(input, this.#options.now());
		const to = this.#machine.state;
		if (to !== from) {
			this.#stopWatching();
			if (to === 'waiting') this.#stopWatching = onNetworkChange(() => this.input({ kind: 'network' }));
			this.#listener.state(to, from, this.#machine.error);
		}
		for (const effect of effects) this.#run(effect);
		this.#arm();
	}

	/** Sends an action and gives the data of its reply. */
	act(action: string, body: object): Promise<Reply> {
		const socket = this.#socket;
		if (!socket || (this.state !== 'live' && this.state !== 'catching-up')) {
			return Promise.reject(new StreamClosedError(`"${action}" was not sent: the stream is ${this.state}`));
		}
		return new Promise((resolve, reject) => socket.send(this.#actions.request(action, body, resolve, reject)));
	}

	#run(effect: Effect): void {
		switch (effect.do) {
			case 'open':
				void this.#open(effect.resume);
				break;
			case 'drop':
				this.#drop(this.#machine.error?.message ?? 'the stream was closed');
				break;
			case 'ping':
				this.#ping();
				break;
			case 'probe':
				void this.#probe();
				break;
			case 'look':
				void this.#look();
				break;
			case 'distrust':
				this.#listener.distrust();
				break;
			case 'catch-up':
				this.#listener.catchUp();
				break;
			case 'stop-catch-up':
				this.#listener.stopCatchUp();
				break;
			case 'release':
				this.#listener.release();
				break;
			case 'end':
				this.#stop.abort();
				this.#listener.ended(effect.error);
				break;
		}
	}

	async #open(resume: ResumePoint | undefined): Promise<void> {
		const generation = ++this.#generation;
		const current = () => generation === this.#generation;
		const ended = (error: UpgradeError | ConnectionLostError) => {
			if (current()) this.input({ kind: 'ended', error });
		};
		try {
			this.#openSocket ??= await loadSockets();
			const token = revealed(await this.#connection.token());
			if (!current()) return;
			// What happened between the end of one token and the beginning of the next was sent to nobody, and has no number: a
			// connection that is resumed with another token would hide that.
			const mark = markOf(token);
			const resumable = resume && (this.tokenMark === undefined || this.tokenMark === mark);
			this.tokenMark = mark;
			this.#socket = this.#openSocket(
				{
					url: this.#connection.url,
					token,
					...(this.#connection.tls ? { tls: this.#connection.tls } : {}),
					...(resumable ? { resume } : {}),
				},
				{
					opened: () => current() && this.input({ kind: 'opened' }),
					frame: (text) => current() && this.#frame(text),
					ended,
				},
			);
		} catch (error) {
			// No token to be had, or an address that is none: `statusOf` tells whether asking again can help.
			ended(new UpgradeError(statusOf(error) === 401 ? 'unauthorized' : 'unreachable', messageOf(error)));
		}
	}

	#drop(reason: string): void {
		this.#generation++;
		this.#socket?.drop();
		this.#socket = undefined;
		this.#actions.rejectAll(reason);
	}

	#frame(text: string): void {
		const frame = this.#options.decoder.decode(text);
		if (!frame) return;
		if ('reply' in frame) {
			this.#machine.alive(this.#options.now());
			this.#actions.answered(frame.reply);
		} else if (frame.body.type === 'hello') {
			this.input({ kind: 'hello', connectionId: String(frame.body.raw.connection_id) });
			this.#listener.event(frame.body, frame.seq, this.behind);
		} else this.#event(frame.body, frame.seq);
	}

	#event(body: EventBody, seq: number): void {
		const verdict = this.#machine.event(seq, this.#options.now());
		if (verdict === 'gap') this.input({ kind: 'gap' });
		else if (verdict !== 'ignore') this.#listener.event(body, seq, verdict === 'hold');
	}

	#ping(): void {
		const sent = this.#options.now();
		const answered = (reply: Reply) => {
			if (typeof reply.data.server_time === 'number') this.#listener.pong(reply.data.server_time, sent);
			this.input({ kind: 'pong' });
		};
		const refused = (error: Error) => {
			if (error instanceof ActionError) this.input({ kind: error.status === 401 ? 'deaf' : 'pong' });
		};
		this.#socket?.send(this.#actions.request('ping', {}, answered, refused));
	}

	async #probe(): Promise<void> {
		try {
			await this.#connection.read('GET', '/api/v4/users/me', { signal: this.#stop.signal });
			this.input({ kind: 'probed', token: 'good' });
		} catch (error) {
			this.input({ kind: 'probed', token: statusOf(error) === 401 ? 'refused' : 'unknown' });
		}
	}

	/**
	 * A token that has no effect for a while (its user is deactivated, it is disabled) loses its session, and gets a new one when
	 * it is used again: the only trace of a time in which the server sent nothing, if the connection was cut before a ping told.
	 */
	async #look(): Promise<void> {
		const generation = this.#generation;
		try {
			const sessions = await new Reads(this.#connection, this.#stop.signal).tokenSessions();
			if (generation !== this.#generation) return;
			const known = this.sessions;
			this.sessions = sessions;
			this.input({ kind: 'looked', steady: known !== undefined && sessions.every((id) => known.includes(id)) });
		} catch (error) {
			if (generation !== this.#generation) return;
			if (statusOf(error) === 401) this.input({ kind: 'probed', token: 'refused' });
			else this.input({ kind: 'looked', steady: false });
		}
	}

	/** One timer a stream. One that is set too early is left alone: it finds nothing due and sets itself again. */
	#arm(): void {
		const at = this.#machine.wakeAt;
		if (this.#timer && at !== undefined && this.#timerAt <= at) return;
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (at === undefined) return;
		this.#timerAt = at;
		const wake = () => {
			this.#timer = undefined;
			this.input({ kind: 'time' });
		};
		// Rounded up: a timer of Node may fire a fraction of a millisecond early, and would be set again for nothing.
		this.#timer = setTimeout(wake, Math.max(1, Math.ceil(at - this.#options.now())));
	}
}

function revealed(token: string | Secret): string {
	return typeof token === 'string' ? token : token.reveal();
}

function markOf(token: string): string {
	return createHash('sha256').update(token).digest('base64url').slice(0, 12);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
