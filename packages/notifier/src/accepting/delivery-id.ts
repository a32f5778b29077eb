import { randomFillSync } from 'node:crypto';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Makes ids of 26 characters that sort by time (as ULIDs do): 48 bits of milliseconds, 80 random bits. Within one maker they rise
 * strictly: in the same millisecond, and when the clock goes back, the random part counts up.
 * The random part matters to Mattermost too: pending_post_id is global across users, so nobody may guess one.
 */
export function deliveryIds(now: () => number = Date.now): () => string {
	const bytes = new Uint8Array(10);
	let time = -1;
	let random = 0n;
	return () => {
		const current = now();
		if (current > time) {
			time = current;
			// 79 bits: room to count up.
			random = randomFillSync(bytes).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) >> 1n;
		} else random += 1n;
		return base32(BigInt(time), 10) + base32(random, 16);
	};
}

function base32(value: bigint, length: number): string {
	let text = '';
	for (let digit = 0; digit < length; digit++) {
		text = alphabet[Number(value & 31n)] + text;
		value >>= 5n;
	}
	return text;
}
