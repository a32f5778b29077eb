import { type Broadcast, EventBody, toNobody } from './event.ts';

/** An answer to an action. */
export interface Reply {
	readonly seqReply: number;
	readonly ok: boolean;
	readonly data: Readonly<Record<string, unknown>>;
	/** Mattermost's own error, when it was refused. */
	readonly error?: { readonly id: string; readonly message: string; readonly status_code: number };
}

export type Frame = { readonly body: EventBody; readonly seq: number } | { readonly reply: Reply } | undefined;

/** Text of a frame to what it is; undefined for what is neither an event nor a reply. */
export interface FrameDecoder {
	decode(text: string): Frame;
}

export const decodeFrame: FrameDecoder = {
	decode(text) {
		const frame = parseObject(text);
		if (!frame) return undefined;
		if (typeof frame.event === 'string' && typeof frame.seq === 'number') {
			return { body: bodyOf(frame, frame.event), seq: frame.seq };
		}
		return typeof frame.seq_reply === 'number' ? { reply: replyOf(frame, frame.seq_reply) } : undefined;
	},
};

/**
 * A decoder for many streams in one process: the server sends one post to each of them with another number at the end of the
 * frame, and nothing else differs. The text before the number is the key, so that both JSON layers are parsed once for all.
 * @param capacity how many different events are remembered; two generations of half of it, so nothing is sorted or linked
 */
export function sharedDecoding(capacity = 1_000): FrameDecoder {
	let young = new Map<string, EventBody>();
	let old = new Map<string, EventBody>();
	const remember = (key: string, body: EventBody) => {
		if (young.size >= capacity / 2) {
			old = young;
			young = new Map();
		}
		young.set(key, body);
	};
	return {
		decode(text) {
			const at = text.lastIndexOf(',"seq":');
			const seq = at === -1 ? Number.NaN : Number(text.slice(at + 7, -1));
			if (!Number.isInteger(seq)) return decodeFrame.decode(text);
			const key = text.slice(0, at);
			const known = young.get(key);
			if (known) return { body: known, seq };
			const aged = old.get(key);
			if (aged) {
				remember(key, aged);
				return { body: aged, seq };
			}
			const frame = decodeFrame.decode(text);
			if (frame && 'body' in frame) remember(key, frame.body);
			return frame;
		},
	};
}

function bodyOf(frame: Record<string, unknown>, type: string): EventBody {
	return new EventBody(type, (frame.data ?? {}) as Record<string, unknown>, (frame.broadcast ?? toNobody) as Broadcast);
}

function replyOf(frame: Record<string, unknown>, seqReply: number): Reply {
	return {
		seqReply,
		ok: frame.status === 'OK',
		data: (frame.data ?? {}) as Record<string, unknown>,
		...(frame.error ? { error: frame.error as NonNullable<Reply['error']> } : {}),
	};
}

function parseObject(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}
