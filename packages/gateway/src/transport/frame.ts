const closingBrace = 0x7d;
const finalText = 0x81;

/** An unmasked WebSocket text frame (RFC 6455, 5.2) that holds `<prefix><body>}`, in one buffer: one write, one system call. */
export function textFrame(prefix: string, body: Buffer): Buffer {
	const prefixLength = Buffer.byteLength(prefix);
	const length = prefixLength + body.length + 1;
	const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
	const frame = Buffer.allocUnsafe(start + length);
	frame[0] = finalText;
	if (start === 2) frame[1] = length;
	else if (start === 4) {
		frame[1] = 126;
		frame.writeUInt16BE(length, 2);
	} else {
		frame[1] = 127;
		frame.writeBigUInt64BE(BigInt(length), 2);
	}
	frame.write(prefix, start);
	body.copy(frame, start + prefixLength);
	frame[start + length - 1] = closingBrace;
	return frame;
}
