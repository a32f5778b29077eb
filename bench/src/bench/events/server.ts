// The server of `many.ts`, in a process of its own.
import { createEmulator } from '@matterkit/emulator';

const emulator = await createEmulator();
const listener = emulator.team('team').channel('channel').bot('listener');
process.stdout.write(`${JSON.stringify({ url: emulator.url, token: listener.token })}\n`);
