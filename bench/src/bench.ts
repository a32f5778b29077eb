import { join } from 'node:path';
import { main } from './command.ts';

await main('bench', join(import.meta.dirname, 'bench'));
