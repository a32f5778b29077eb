// Part of `npm pack` of the gateway: GraphiQL and React, as their makers bundled them, are copied beside the page that shows them.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { borrowedFiles, installed } from '../packages/gateway/src/transport/explorer-files.ts';

const folder = join(import.meta.dirname, '../packages/gateway/dist/explorer');
mkdirSync(folder, { recursive: true });
for (const [name, from, path] of borrowedFiles) {
	cpSync(installed(from, path), join(folder, name));
	cpSync(installed(from, 'LICENSE'), join(folder, `${from}.LICENSE`));
}
