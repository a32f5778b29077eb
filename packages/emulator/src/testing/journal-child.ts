// An emulator with a journal in a process of its own, for the test that kills it. Arguments: the file.
import { createEmulator } from '../index.ts';

const emulator = await createEmulator({ file: process.argv[2] ?? '' });
const channel = emulator.team('eng').channel('ops');
console.log(JSON.stringify({ url: emulator.url, channel: channel.id, token: channel.user('ada').token }));
