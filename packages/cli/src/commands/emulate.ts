import { readFileSync } from 'node:fs';
import type { Seed } from '@matterkit/emulator';
import { parseOptions, port } from '../arguments.ts';
import { untilSignal } from '../until-signal.ts';
import { UsageError } from '../usage-error.ts';
import type { Command } from './index.ts';

export const emulate: Command = {
	name: 'emulate',
	summary: 'run an empty Mattermost server in this process, for tests',
	help: `Runs an emulated Mattermost server, for tests and for trying things out. Not for production.

usage: matterkit emulate [--port N] [--file F] [--seed F] [--faults] [--json]

  --port N      port on 127.0.0.1 (default 8065; 0 takes a free one)
  --file F      keep the world in this file; without it, it is gone at the end
  --seed F      begin with the world that this JSON file describes (docs/emulator-guide.md)
  --faults      take faults on demand: POST /_emulator/faults
  --json        print one line of JSON when ready
`,
	async run(args) {
		const { values } = parseOptions('emulate', args, {
			port: { type: 'string', default: '8065' },
			file: { type: 'string' },
			seed: { type: 'string' },
			faults: { type: 'boolean', default: false },
			json: { type: 'boolean' },
		});
		const { createEmulator, EmulatorError } = await import('@matterkit/emulator');
		await using emulator = await createEmulator({
			port: port(values.port),
			faults: values.faults,
			...(values.file === undefined ? {} : { file: values.file }),
			...(values.seed === undefined ? {} : { seed: readSeed(values.seed) }),
		}).catch((error: unknown) => {
			throw error instanceof EmulatorError ? new UsageError(error.message) : error;
		});
		const { username, password, token } = emulator.admin;
		const ready = { event: 'ready', pid: process.pid, url: emulator.url, admin: { username, password, token } };
		process.stdout.write(
			values.json
				? `${JSON.stringify(ready)}\n`
				: `Mattermost emulator at ${emulator.url} (not for production)\n  admin  ${username} / ${password}\n  token  ${token}\n`,
		);
		await untilSignal();
	},
};

/** The emulator itself looks whether it is a world; here it need only be JSON. */
function readSeed(path: string): Seed {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as Seed;
	} catch (error) {
		throw new UsageError(`--seed ${path} cannot be read: ${(error as Error).message}`);
	}
}
