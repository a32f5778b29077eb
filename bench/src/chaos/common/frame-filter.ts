/** Takes whole WebSocket frames out of what a server sends, so that a client sees a gap in the numbers. */
export class FrameFilter {
	#rest: Buffer = Buffer.alloc(0);
	#upgraded = false;
	/** Event frames still to be swallowed. */
	swallow = 0;

	/** @returns what goes on to the client */
	pass(chunk: Buffer): Buffer {
		if (!this.#upgraded) {
			const end = chunk.indexOf('\r\n\r\n');
			if (end === -1 || !chunk.toString('latin1', 0, 12).startsWith('HTTP/1.1 101')) return chunk;
			this.#upgraded = true;
			return Buffer.concat([chunk.subarray(0, end + 4), this.#frames(chunk.subarray(end + 4))]);
		}
		return this.#frames(chunk);
	}

	#frames(chunk: Buffer): Buffer {
		let rest = Buffer.concat([this.#rest, chunk]);
		const out: Buffer[] = [];
		for (let length = frameLength(rest); length !== undefined && length <= rest.length; length = frameLength(rest)) {
			const frame = rest.subarray(0, length);
			rest = rest.subarray(length);
			if (this.swallow > 0 && frame.includes('"event":') && !frame.includes('"event":"hello"')) this.swallow--;
			else out.push(frame);
		}
		this.#rest = rest;
		return Buffer.concat(out);
	}
}

/** Bytes of the frame that begins here; undefined: its header is not all there. A server's frames are not masked. */
function frameLength(bytes: Buffer): number | undefined {
	if (bytes.length < 2) return undefined;
	const short = (bytes[1] ?? 0) & 0x7f;
	if (short < 126) return 2 + short;
	if (short === 126) return bytes.length < 4 ? undefined : 4 + bytes.readUInt16BE(2);
	return bytes.length < 10 ? undefined : 10 + Number(bytes.readBigUInt64BE(2));
}
