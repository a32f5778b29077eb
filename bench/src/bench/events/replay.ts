// From the beginning of a new connection to the first event that the server replays on it.

import { Mattermost } from '@matterkit/client';
import { createEmulator } from '@matterkit/emulator';
import type { Result } from '../../command.ts';

export async function replay(rounds: number): Promise<Result> {
	await using emulator = await createEmulator();
	const channel = emulator.team('team').channel('channel');
	const listener = channel.bot('listener');
	const writer = channel.user('writer');
	await using mm = new Mattermost({ url: emulator.url, token: listener.token });
	// No waiting before a connection: what is measured begins with it.
	await using stream = mm.events({ types: ['posted'], timing: { waiting: { shortest: 1, longest: 1 } } });
	await stream.ready();
	let opened = 0;
	const times: number[] = [];
	stream.on('state', (state) => {
		if (state === 'resuming') opened = performance.now();
	});
	const events = stream[Symbol.asyncIterator]();
	for (let round = 0; round < rounds; round++) {
		emulator.dropSockets();
		await channel.post(`missed ${round}`, { by: writer });
		const { value } = await events.next();
		if (value?.source === 'resumed') times.push(performance.now() - opened);
	}
	const sorted = times.toSorted((a, b) => a - b);
	const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2));
	return { bench: 'first replayed event', rounds: times.length, p50_ms: at(0.5), p99_ms: at(0.99) };
}
