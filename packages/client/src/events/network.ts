import { networkInterfaces } from 'node:os';

/** Milliseconds between two looks. Only while someone waits. */
const pause = 1_000;

const waiting = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;
let last = '';

/** Calls back when the machine's addresses change: a cable, a Wi-Fi, a VPN came back. One timer for all. @returns stops it */
export function onNetworkChange(callback: () => void): () => void {
	waiting.add(callback);
	if (!timer) {
		last = addresses();
		timer = setInterval(look, pause).unref();
	}
	return () => {
		waiting.delete(callback);
		if (waiting.size > 0) return;
		clearInterval(timer);
		timer = undefined;
	};
}

function look(): void {
	const now = addresses();
	if (now === last) return;
	last = now;
	for (const callback of [...waiting]) callback();
}

function addresses(): string {
	return Object.values(networkInterfaces())
		.flatMap((list) => (list ?? []).map(({ address }) => address))
		.sort()
		.join();
}
