import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Wire } from './session.ts';

/** Close reasons are at most 123 bytes (RFC 6455, 5.5). */
const longestReason = 123;

/** A `ws` socket that also lets frames be written which were made once for many. */
export class GraphQLSocket extends WebSocket implements Wire {
	/** The TCP or TLS socket of the upgrade. ws writes to it at once too (there is no compression), so the two never mix within a frame. */
	raw: Duplex | undefined;

	get buffered(): number {
		return this.raw?.writableLength ?? 0;
	}

	write(frame: Buffer): void {
		if (this.readyState === WebSocket.OPEN) this.raw?.write(frame);
	}

	drained(): Promise<void> {
		const { raw } = this;
		if (!raw?.writableNeedDrain) return Promise.resolve();
		return new Promise((resolve) => {
			const done = () => {
				raw.off('drain', done);
				raw.off('close', done);
				resolve();
			};
			raw.on('drain', done);
			raw.on('close', done);
		});
	}

	override close(code?: number, reason?: string | Buffer): void {
		const bytes = Buffer.from(reason ?? '');
		// Cut between characters: half a character would not be UTF-8.
		const text = bytes
			.subarray(0, longestReason)
			.toString()
			.replace(/\uFFFD$/, '');
		super.close(code, bytes.length > longestReason ? text : bytes);
	}
}
