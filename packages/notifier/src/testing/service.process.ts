// The notification service in a process of its own, see service-process.ts.
import { openStore } from '@matterkit/store';
import Fastify from 'fastify';
import { createNotifier } from '../service.ts';
import { key } from './service.ts';
import type { ProcessOptions } from './service-process.ts';

process.on('disconnect', () => process.exit());
const { databaseUrl, url, botToken, channelId, ...options } = JSON.parse(process.argv[2] ?? '') as ProcessOptions;
const store = await openStore({ url: databaseUrl });
const app = Fastify();
const notifier = createNotifier({ store, mattermost: { url, botToken }, channelId, key, ...options });
notifier.routes(app);
await notifier.start();
process.send?.(await app.listen({ port: 0, host: '127.0.0.1' }));
