import { crc32, deflateSync } from 'node:zlib';

/** A profile picture for somebody who has none: a square of one colour, by the name. PNG, 128 × 128. */
export function defaultImage(name: string): Buffer {
	const shade = crc32(name);
	const [red, green, blue] = [64 + (shade & 127), 64 + ((shade >>> 8) & 127), 64 + ((shade >>> 16) & 127)];
	const side = 128;
	const row = Buffer.alloc(1 + side * 3);
	for (let x = 0; x < side; x++) row.set([red, green, blue], 1 + x * 3);
	const header = Buffer.alloc(13);
	header.writeUInt32BE(side, 0);
	header.writeUInt32BE(side, 4);
	header.set([8, 2, 0, 0, 0], 8);
	const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
	const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, content: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
	const whole = Buffer.alloc(body.length + 8);
	whole.writeUInt32BE(content.length, 0);
	body.copy(whole, 4);
	whole.writeUInt32BE(crc32(body), body.length + 4);
	return whole;
}
