// The notification service in a process of its own that may be killed at any time.
import { createNotifier } from '@matterkit/notifier';
import { openStore } from '@matterkit/store';
import Fastify from 'fastify';
import { startNaive } from './notifier.naive.ts';
import { key, type ServiceConfig } from './notifier.service.config.ts';

const config = JSON.parse(process.argv[2] ?? '') as ServiceConfig;
process.on('disconnect', () => process.exit());
const { strategy, mattermost, channelId, postTimeout } = config;
const store = await openStore(config.store);
const listen = { port: config.port, host: '127.0.0.1' };
if (strategy === 'ours') {
	const notifier = createNotifier({
		store,
		mattermost,
		channelId,
		appBaseUrl: 'https://devices.example.com',
		key,
		postTimeout,
		auditDelay: 4_000,
	});
	const app = Fastify();
	notifier.routes(app);
	app.get('/metrics', () => notifier.metrics.metrics());
	await notifier.start();
	await app.listen(listen);
} else {
	const naive = { store, mattermost, postTimeout, pendingPostId: strategy === 'pending_post_id' };
	const app = await startNaive(naive, (username) => config.channels[username] ?? channelId);
	await app.listen(listen);
}
console.log('ready');
