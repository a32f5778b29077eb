// An emulated Mattermost on one port, which can be killed and started again on what it acknowledged.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEmulator, type Emulator } from '@matterkit/emulator';
import { freePort, tempFolder } from '@matterkit/testing';

export interface MattermostServer extends AsyncDisposable {
	readonly port: number;
	/** Another one after each restart. */
	readonly emulator: Emulator;
	/** Ends the server without a word, and starts it again after so many milliseconds, with the clock that it had. */
	restart(downtime: number): Promise<void>;
}

export async function startMattermost(): Promise<MattermostServer> {
	const folder = await tempFolder();
	const port = await freePort();
	const start = async () => {
		const emulator = await createEmulator({ file: join(folder.path, 'world.journal'), port });
		// Posts of several writers are not told in the order of their creation times.
		emulator.faults.add({ fault: 'reorder', milliseconds: 70 });
		return emulator;
	};
	let emulator = await start();
	return {
		port,
		get emulator() {
			return emulator;
		},
		async restart(downtime) {
			const ahead = emulator.clock.now() - Date.now();
			await emulator.close();
			await sleep(downtime);
			emulator = await start();
			emulator.clock.advance(ahead);
		},
		async [Symbol.asyncDispose]() {
			await emulator.close();
			await folder[Symbol.asyncDispose]();
		},
	};
}
