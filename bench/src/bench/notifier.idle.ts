// A process that does nothing, beside those that work: by how much its event loop is late is the machine's doing.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watch } from './notifier.stats.ts';

process.on('disconnect', () => process.exit());
const stats = watch();
const server = createServer((_, response) => response.end(JSON.stringify(stats())));
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
