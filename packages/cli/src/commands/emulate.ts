import { parse, port } from '../arguments.ts';
import { untilSignal } from '../until-signal.ts';
import type { Command } from './index.ts';

export const emulate: Command = {
	name: 'emulate',
	summary: 'run an empty Mattermost server in this process, for tests',
	help: `Runs an emulated Mattermost server, for tests and for trying things out. Not for production.

usage: matterkit emulate [--port N] [--file F] [--json]

  --port N      port on 127.0.0.1 (default 8065; 0 takes a free one)
  --file F      keep the world in this file; without it, it is gone at the end
  --json        print one line of JSON when ready
`,
	async run(args) {
		const { values } = parse('emulate', args, {
			port: { type: 'string', default: '8065' },
			file: { type: 'string' },
			json: { type: 'boolean' },
		});
		const { createEmulator } = await import('@matterkit/emulator');
		await using emulator = await createEmulator({
			port: port(values.port),
			...(values.file === undefined ? {} : { file: values.file }),
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
