/** Width and height in pixels, read from the head of a PNG, GIF, BMP, WebP or JPEG file; undefined for anything else. */
export function imageSize(bytes: Buffer): { readonly width: number; readonly height: number } | undefined {
	if (bytes.length < 26) return undefined;
	const head = bytes.toString('latin1', 0, 16);
	if (head.startsWith('\x89PNG\r\n\x1a\n')) return size(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
	if (head.startsWith('GIF8')) return size(bytes.readUInt16LE(6), bytes.readUInt16LE(8));
	if (head.startsWith('BM')) return size(bytes.readInt32LE(18), Math.abs(bytes.readInt32LE(22)));
	if (head.startsWith('RIFF') && head.slice(8) === 'WEBPVP8X' && bytes.length >= 30)
		return size(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
	if (head.startsWith('\xff\xd8')) return jpegSize(bytes);
	return undefined;
}

/** Walks the segments of a JPEG to the first frame header (SOF0 … SOF15 but for DHT, JPG and DAC). */
function jpegSize(bytes: Buffer) {
	for (let at = 2; at + 9 < bytes.length; ) {
		if (bytes[at] !== 0xff) return undefined;
		const marker = bytes[at + 1] ?? 0;
		if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
			return size(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
		at += 2 + bytes.readUInt16BE(at + 2);
	}
	return undefined;
}

const size = (width: number, height: number) => (width > 0 && height > 0 ? { width, height } : undefined);
