// node --conditions=source packages/emulator/src/evidence/write.ts
import { writeFileSync } from 'node:fs';
import { coveragePage } from './page.ts';

writeFileSync(new URL('../../../../docs/emulator-coverage.md', import.meta.url), coveragePage());
