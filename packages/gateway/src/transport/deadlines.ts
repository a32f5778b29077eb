// What is due on a socket by time. Pure: looked at about every second with the time as argument, since a timer for each socket would cost memory.
import type { Limits } from '../engine/limits.ts';

export type Due = 'init-timeout' | 'idle' | 'expired' | 'warn' | 'keep-alive' | 'ping' | 'dead';

/** All times are milliseconds since 1970. */
export interface SocketFacts {
	/** Past the ack. */
	readonly isOpen: boolean;
	/** Since when it has had no operation; undefined while it has one. */
	readonly idleSince: number | undefined;
	/** When its token ends; undefined without a token. */
	readonly expiresAt: number | undefined;
}

/** Time between keep-alives of a protocol that has them, in milliseconds: half of what its client waits. */
const keepAliveInterval = 15_000;

export class Deadlines {
	readonly #limits: Limits;
	readonly #since: number;
	#warned = false;
	#heard = true;
	#pingAt: number;
	#keepAliveAt: number;

	constructor(limits: Limits, now: number) {
		this.#limits = limits;
		this.#since = now;
		this.#pingAt = now + limits.pingInterval;
		this.#keepAliveAt = now + keepAliveInterval;
	}

	/** Something came: the other side is alive. */
	heard(): void {
		this.#heard = true;
	}

	/** A fresh token came: its end is warned of anew. */
	renewed(): void {
		this.#warned = false;
	}

	/** What is to be done now. Where the socket is to be closed, nothing else. */
	due({ isOpen, idleSince, expiresAt }: SocketFacts, now: number): readonly Due[] {
		const { initTimeout, idleTimeout, expiryWarning, pingInterval } = this.#limits;
		if (!isOpen) return now - this.#since >= initTimeout ? ['init-timeout'] : [];
		if (expiresAt !== undefined && now >= expiresAt) return ['expired'];
		if (idleSince !== undefined && now - idleSince >= idleTimeout) return ['idle'];
		const due: Due[] = [];
		if (expiresAt !== undefined && !this.#warned && now >= expiresAt - expiryWarning) {
			this.#warned = true;
			due.push('warn');
		}
		if (now >= this.#keepAliveAt) {
			this.#keepAliveAt = now + keepAliveInterval;
			due.push('keep-alive');
		}
		if (now >= this.#pingAt) {
			if (!this.#heard) return ['dead'];
			this.#heard = false;
			this.#pingAt = now + pingInterval;
			due.push('ping');
		}
		return due;
	}
}
