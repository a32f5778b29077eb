// The life of one stream as a state machine without I/O: what happened and when goes in, what is to be done comes out.
// The socket, the clock, randomness and the reading of missed events are the caller's (stream.ts).
import { Arrival } from './arrival.ts';
import { ConnectionLostError, TokenRefusedError, UpgradeError } from './errors.ts';
import { earliest, Heartbeat } from './heartbeat.ts';
import type { Effect, Input, MachineOptions, ResumePoint, StreamState } from './machine-inputs.ts';
import { Numbers } from './numbers.ts';
import { Waits } from './waiting.ts';

/** What to do with an event that came in. */
export type Verdict = 'deliver' | 'hold' | 'ignore' | 'gap';

/** Times at which something is due, if nothing happens before; all in milliseconds of the caller's monotonic clock. */
interface Due {
	connect?: number;
	look?: number;
	retry?: number;
	probe?: number;
}

export class Machine {
	state: StreamState = 'idle';
	/** Why it is not live, while it is not. */
	error: Error | undefined;
	/** Something is missing that has to be read. */
	behind = false;
	readonly #options: MachineOptions;
	readonly #heartbeat: Heartbeat;
	readonly #waits: Waits;
	readonly #numbers = new Numbers();
	#due: Due = {};
	#liveSince = 0;
	#wasLive = false;
	/** Of the present connection. */
	#arrival = new Arrival();
	/** The server did keep something from the token: what is held until the next pong lies around a gap. */
	#distrust = false;
	/** Something was thrown away behind the pong up to which is read: read once more. */
	#again = false;
	/** A ping is under way whose answer begins a catch-up. */
	#asking = false;
	#effects: Effect[] = [];

	constructor(options: MachineOptions, random: () => number) {
		this.#options = options;
		this.#heartbeat = new Heartbeat(options, random);
		this.#waits = new Waits(options.waiting, random);
	}

	/** When `time` has to come in next, if nothing else does before; undefined: never. */
	get wakeAt(): number | undefined {
		return earliest([this.#heartbeat.wakeAt, ...Object.values(this.#due)]);
	}

	/** Where a later connection could go on, as of now. */
	get next(): ResumePoint | undefined {
		return this.#numbers.resumeAt;
	}

	/** Resumed, and it is not known yet whether the server told this token everything. */
	get unsure(): boolean {
		return this.#arrival.unsure;
	}

	/** The events that come now were missed before: the server replays them. */
	get replaying(): boolean {
		return this.#arrival.replaying;
	}

	get ended(): boolean {
		return this.state === 'closed' || this.state === 'refused';
	}

	/** An event came in. The hot path: no effects but those of a gap. */
	event(seq: number, now: number): Verdict {
		if (!this.#arrival.open) return 'ignore';
		this.#heartbeat.alive(now);
		const come = this.#numbers.come(seq);
		if (come !== 'next') return come;
		return this.behind || this.#arrival.unsure ? 'hold' : 'deliver';
	}

	/** A reply came in: a sign of life. */
	alive(now: number): void {
		this.#heartbeat.alive(now);
	}

	input(input: Input, now: number): readonly Effect[] {
		this.#effects = [];
		if (!this.ended) this.#take(input, now);
		return this.#effects;
	}

	#take(input: Input, now: number): void {
		switch (input.kind) {
			case 'start':
				if (this.state === 'idle') this.#start(input.resume, input.behind, now);
				break;
			case 'opened':
				if (this.#connecting && !this.#arrival.open) this.#opened(now);
				break;
			case 'hello':
				if (this.#arrival.open) this.#hello(input.connectionId, now);
				break;
			case 'pong':
				if (this.#arrival.open) this.#pong(now);
				break;
			case 'deaf':
				if (this.#arrival.open) this.#deaf(now);
				break;
			case 'ended':
				if (this.#connecting || this.#connected) this.#lost(input.error, now);
				break;
			case 'gap':
				if (this.#arrival.open) this.#gap(now);
				break;
			case 'probed':
				this.#probed(input.token, now);
				break;
			case 'looked':
				if (this.#arrival.unsure) this.#looked(input.steady, now);
				break;
			case 'caught-up':
				if (this.state === 'catching-up') this.#caughtUp(now);
				break;
			case 'catch-up-failed':
				if (this.state === 'catching-up') this.#catchUpFailed(input.error, now);
				break;
			case 'missed':
				this.#missed(now);
				break;
			case 'network':
				if (this.state === 'waiting' && this.#due.retry !== undefined) this.#connect(now);
				break;
			case 'time':
				this.#time(now);
				break;
			case 'refuse':
				this.#end('refused', input.error);
				break;
			case 'close':
				this.#end('closed', undefined);
				break;
		}
	}

	get #connecting(): boolean {
		return this.state === 'connecting' || this.state === 'resuming';
	}

	get #connected(): boolean {
		return this.state === 'live' || this.state === 'catching-up';
	}

	#start(resume: ResumePoint | undefined, behind: boolean, now: number): void {
		this.behind = behind;
		if (resume) this.#numbers.restore(resume);
		this.#connect(now);
	}

	#connect(now: number): void {
		this.#due = { connect: now + this.#options.connectTimeout };
		this.#arrival = new Arrival();
		this.#distrust = false;
		const resume = this.next;
		this.state = resume ? 'resuming' : 'connecting';
		this.#effects.push({ do: 'open', resume });
	}

	#opened(now: number): void {
		this.#arrival.open = true;
		this.#heartbeat.alive(now);
		this.#arrival.unsure = this.state === 'resuming';
		// A ping as the first thing: its answer comes after hello, or after all that is replayed.
		this.#effects.push({ do: 'ping' }, { do: 'look' });
		if (this.#arrival.unsure) this.#due.look = now + this.#options.connectTimeout;
	}

	#hello(connectionId: string, now: number): void {
		this.#heartbeat.alive(now);
		this.#arrival.fresh = true;
		this.#arrival.unsure = false;
		// Hello where a connection was to be resumed: the server could not, and what was missed has to be read.
		if (this.next) this.behind = true;
		this.#numbers.begin(connectionId);
		if (this.#connected) this.#missed(now);
	}

	#pong(now: number): void {
		this.#heartbeat.answered(now);
		if (this.#arrival.barrier) {
			if (this.#asking) this.#catchUp();
			return;
		}
		this.#arrival.barrier = true;
		// What was thrown away came before it, and is read up to it.
		this.#again = false;
		delete this.#due.connect;
		this.#heartbeat.start(now);
		this.#liveSince = now;
		if (this.#arrival.complete) this.#arrived(now);
	}

	#looked(steady: boolean, now: number): void {
		this.#arrival.unsure = false;
		delete this.#due.look;
		if (steady) {
			if (!this.behind) this.#effects.push({ do: 'release' });
			if (this.#arrival.complete) this.#arrived(now);
		} else {
			this.behind = true;
			this.#distrust = true;
			if (this.#arrival.barrier) this.#catchUpFromNow(now);
		}
	}

	/** All that the server replays has come, and what it may have left out is known. */
	#arrived(now: number): void {
		if (!this.behind) this.#live();
		else if (this.#again) this.#catchUpFromNow(now);
		else this.#catchUp();
	}

	#catchUp(): void {
		this.state = 'catching-up';
		this.#again = false;
		this.#asking = false;
		delete this.#due.retry;
		// Not earlier: what the server replays may come behind the look that told of the gap.
		if (this.#distrust) this.#effects.push({ do: 'distrust' });
		this.#distrust = false;
		this.#effects.push({ do: 'catch-up' });
	}

	#caughtUp(now: number): void {
		if (this.#again) {
			this.#catchUpFromNow(now);
			return;
		}
		this.behind = false;
		this.#effects.push({ do: 'release' });
		this.#live();
	}

	#catchUpFailed(error: Error, now: number): void {
		this.error = error;
		this.#due.retry = now + this.#waits.next();
	}

	#live(): void {
		this.state = 'live';
		this.error = undefined;
		this.#wasLive = true;
		delete this.#due.retry;
	}

	#missed(now: number): void {
		this.behind = true;
		if (this.state === 'live') this.#catchUpFromNow(now);
		else this.#again = true;
	}

	/** Reads when the answer to a ping has said until when: what is thrown away is older, what comes later is kept. */
	#catchUpFromNow(now: number): void {
		this.state = 'catching-up';
		this.#again = false;
		this.#asking = true;
		this.#effects.push({ do: 'ping' });
		this.#heartbeat.asked(now);
	}

	#lost(error: UpgradeError | ConnectionLostError, now: number): void {
		const obstacle = error.name === 'UpgradeError' ? error : undefined;
		if (obstacle?.obstacle === 'unauthorized') this.#probeToken(now, error);
		else if (obstacle?.lasting && !this.#wasLive) this.#end('refused', error);
		else {
			this.#disconnect(error, now);
			this.#due.retry = now + this.#waits.next();
		}
	}

	/** The server still has what is missing, and a resume brings it; if it does not, it never will. */
	#gap(now: number): void {
		const { seq, again } = this.#numbers.missing();
		if (again) this.#giveUp();
		this.#lost(new ConnectionLostError(`events are missing from number ${seq} on`), now);
	}

	/** A resume would hide what is missing. */
	#giveUp(): void {
		this.#numbers.giveUp();
		this.behind = true;
	}

	/** What happened since the token went was sent to nobody, and has no number: resumed, the connection would hide that. */
	#deaf(now: number): void {
		this.#giveUp();
		this.#probeToken(now, new TokenRefusedError('the server stopped telling this token anything'));
	}

	/** The token may be gone: one look at /users/me tells, and until then no connection is made. */
	#probeToken(now: number, error: Error): void {
		this.#disconnect(error, now);
		this.#effects.push({ do: 'probe' });
		// Not waited for without end, should no answer ever come.
		this.#due.probe = now + 2 * this.#options.connectTimeout;
	}

	#probed(token: 'good' | 'refused' | 'unknown', now: number): void {
		if (token === 'refused') {
			const why = 'it was revoked, has expired, or its user is deactivated';
			this.#end('refused', new TokenRefusedError(`the server does not know this token (any more): ${why}`));
		} else if (this.#due.probe !== undefined) {
			delete this.#due.probe;
			this.#due.retry = now + this.#waits.next();
		}
	}

	#disconnect(error: Error, now: number): void {
		if (this.#connected && now - this.#liveSince >= this.#options.healthy) this.#waits.reset();
		if (this.state === 'catching-up') this.#effects.push({ do: 'stop-catch-up' });
		this.#effects.push({ do: 'drop' });
		this.#arrival = new Arrival();
		this.#due = {};
		this.#heartbeat.stop();
		this.error = error;
		this.state = 'waiting';
	}

	#time(now: number): void {
		const due = this.#due;
		const past = (at: number | undefined) => at !== undefined && at <= now;
		if (past(due.connect)) this.#lost(this.#tooSlow(), now);
		else if (this.#heartbeat.isDead(now)) {
			this.#lost(new ConnectionLostError('no answer to a ping: the connection is half-open'), now);
		} else if (past(due.probe)) this.#probed('unknown', now);
		else {
			if (past(due.look)) this.#looked(false, now);
			if (past(due.retry)) this.#retry(now);
			this.#effects.push(...this.#heartbeat.due(now));
		}
	}

	#tooSlow(): UpgradeError | ConnectionLostError {
		return this.#arrival.open
			? new ConnectionLostError('no answer to the first ping')
			: new UpgradeError('timeout', 'the upgrade took too long');
	}

	#retry(now: number): void {
		delete this.#due.retry;
		if (this.state !== 'catching-up') this.#connect(now);
		else if (!this.#asking) this.#catchUp();
	}

	#end(state: 'closed' | 'refused', error: Error | undefined): void {
		if (this.state === 'catching-up') this.#effects.push({ do: 'stop-catch-up' });
		if (this.state !== 'idle' && this.state !== 'waiting') this.#effects.push({ do: 'drop' });
		this.#due = {};
		this.#heartbeat.stop();
		this.#arrival = new Arrival();
		this.error = error;
		this.state = state;
		this.#effects.push({ do: 'end', error });
	}
}
