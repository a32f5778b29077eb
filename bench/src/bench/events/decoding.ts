// Events decoded a second, on frames that a real server sent: ours as they come, ours with all data looked at, JSON.parse of the
// frames alone, and a client that parses the JSON inside at once.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFrame, sharedDecoding } from '@matterkit/client';
import type { Result } from '../../command.ts';

interface Recorded {
	readonly frames: readonly { readonly dir: string; readonly frame?: { readonly event?: string } }[];
}

function recorded(): string[] {
	const file = join(import.meta.dirname, '../../../../packages/client/fixtures/events/conversations.jsonl');
	const lines = readFileSync(file, 'utf8').trim().split('\n');
	const frames = lines.flatMap((line) => (JSON.parse(line) as Recorded).frames);
	return frames.flatMap(({ dir, frame }) => (dir === 'in' && frame?.event === 'posted' ? [JSON.stringify(frame)] : []));
}

const shared = sharedDecoding();
const ways: Readonly<Record<string, (text: string) => unknown>> = {
	'JSON.parse': (text) => JSON.parse(text),
	ours: (text) => decodeFrame.decode(text),
	'ours, data read': (text) => {
		const frame = decodeFrame.decode(text);
		return frame && 'body' in frame ? frame.body.data : frame;
	},
	'ours, shared by streams': (text) => {
		const frame = shared.decode(text);
		return frame && 'body' in frame ? frame.body.data : frame;
	},
	'inner JSON at once': (text) => {
		const frame = JSON.parse(text);
		for (const key of ['post', 'mentions', 'followers'])
			if (frame.data[key]) frame.data[key] = JSON.parse(frame.data[key]);
		return frame;
	},
};

export function decoding(): Result[] {
	const frames = recorded();
	const best = new Map<string, number>();
	// In turns, and the best of each: the machine has other work, too.
	for (let round = 0; round < 12; round++) {
		for (const [name, decode] of Object.entries(ways)) {
			const start = performance.now();
			let count = 0;
			for (; performance.now() - start < 60; count += frames.length) for (const text of frames) decode(text);
			const rate = (count / (performance.now() - start)) * 1_000;
			if (round > 1) best.set(name, Math.max(best.get(name) ?? 0, rate));
		}
	}
	const plain = best.get('JSON.parse') ?? 1;
	return [...best].map(([way, rate]) => ({
		bench: 'decoding',
		way,
		per_second: Math.round(rate),
		of_json_parse: Number((rate / plain).toFixed(2)),
	}));
}
