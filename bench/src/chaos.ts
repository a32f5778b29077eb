import { join } from 'node:path';
import { main } from './command.ts';

await main('chaos', join(import.meta.dirname, 'chaos'));
