import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Of a process, since the last look; memory in bytes, times in milliseconds. */
export interface Stats {
	readonly rss: number;
	readonly heap: number;
	/** By how much the event loop was late. */
	readonly p99: number;
	readonly max: number;
	/** The longest that this program itself kept its event loop busy (CPU time): the rest of `max` is the machine's, on which others run. */
	readonly busy: number;
}

export function watch(): () => Stats {
	const delay = monitorEventLoopDelay({ resolution: 1 });
	delay.enable();
	let busy = 0;
	let before = process.threadCpuUsage();
	setInterval(() => {
		const { user, system } = process.threadCpuUsage(before);
		before = process.threadCpuUsage();
		busy = Math.max(busy, (user + system) / 1_000);
	}, 1).unref();
	return () => {
		const { rss, heapUsed: heap } = process.memoryUsage();
		const stats = { rss, heap, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6, busy };
		delay.reset();
		busy = 0;
		return stats;
	};
}
