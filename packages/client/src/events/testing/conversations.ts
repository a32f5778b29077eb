// What a real Mattermost 11.6 server sent over its WebSockets.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface RecordedFrame {
	readonly event?: string;
	readonly data?: Readonly<Record<string, unknown>>;
	readonly broadcast?: Readonly<Record<string, unknown>>;
	readonly seq?: number;
	readonly seq_reply?: number;
	readonly status?: string;
	readonly error?: { readonly id: string; readonly message: string; readonly status_code: number };
}

export interface Conversation {
	readonly name: string;
	readonly query: string;
	/** What came in, as text; in order. */
	readonly frames: readonly { readonly frame: RecordedFrame; readonly text: string }[];
}

interface Line {
	readonly name: string;
	readonly query: string;
	readonly frames: readonly { readonly dir: 'in' | 'out'; readonly frame?: RecordedFrame }[];
}

export function conversations(): Conversation[] {
	const file = join(import.meta.dirname, '../../../fixtures/events/conversations.jsonl');
	const lines = readFileSync(file, 'utf8').trim().split('\n');
	return lines.map((line) => {
		const { name, query, frames } = JSON.parse(line) as Line;
		const incoming = frames.flatMap(({ dir, frame }) => (dir === 'in' && frame ? [frame] : []));
		return { name, query, frames: incoming.map((frame) => ({ frame, text: JSON.stringify(frame) })) };
	});
}

export function conversation(name: string): Conversation {
	const found = conversations().find((one) => one.name === name);
	if (!found) throw new Error(`no conversation "${name}" is recorded`);
	return found;
}
