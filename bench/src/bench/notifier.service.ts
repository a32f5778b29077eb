// The notification service in a process of its own, which tells its memory and how long its event loop stood still.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createNotifier } from '@matterkit/notifier';
import { openStore, type StoreLocation } from '@matterkit/store';
import Fastify from 'fastify';

export interface BenchService {
	readonly store: StoreLocation;
	readonly mattermost: { readonly url: string; readonly botToken: string };
	readonly channelId: string;
}

process.on('disconnect', () => process.exit());
const { store: location, mattermost, channelId } = JSON.parse(process.argv[2] ?? '') as BenchService;
const store = await openStore(location);
const notifier = createNotifier({ store, mattermost, channelId, key: 'bench-notifications-key', slots: 16 });
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const app = Fastify();
notifier.routes(app);
app.get('/stats', async () => {
	const { rss, heapUsed: heap } = process.memoryUsage();
	const stats = { rss, heap, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
	delay.reset();
	return stats;
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
await notifier.start();
console.log(url);
