// A Mattermost in a process of its own that may be killed: what it acknowledged is in its journal.
import { createEmulator } from '@matterkit/emulator';

const [file = '', port = ''] = process.argv.slice(2);
// A post takes its time, as on a real server: some are under way whenever something is cut or killed.
const emulator = await createEmulator({ file, port: Number(port), settings: { postTakes: 60 } });
console.log(JSON.stringify({ url: emulator.url, token: emulator.admin.token }));
process.on('disconnect', () => process.exit());
