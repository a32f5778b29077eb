// The notification service in a process of its own, which tells its memory and how long its event loop stood still.
import { createNotifier } from '@matterkit/notifier';
import { openStore, type StoreLocation } from '@matterkit/store';
import Fastify from 'fastify';
import { watch } from './notifier.stats.ts';

export interface BenchService {
	readonly store: StoreLocation;
	readonly mattermost: { readonly url: string; readonly botToken: string };
	readonly channelId: string;
}

process.on('disconnect', () => process.exit());
const { store: location, mattermost, channelId } = JSON.parse(process.argv[2] ?? '') as BenchService;
const store = await openStore(location);
const notifier = createNotifier({ store, mattermost, channelId, key: 'bench-notifications-key', slots: 16 });
const stats = watch();
const app = Fastify();
notifier.routes(app);
app.get('/stats', async () => stats());
const url = await app.listen({ port: 0, host: '127.0.0.1' });
await notifier.start();
console.log(url);
