import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Mattermost } from '@matterkit/client';
import { createEmulator, type SettingsOptions } from '@matterkit/emulator';

/**
 * A Mattermost under `/team/chat`, in the process of the test, with one team.
 * @param before is waited for before a request is taken
 */
export async function ownMattermost(
	settings: SettingsOptions,
	before: (request: IncomingMessage) => Promise<void> | undefined = () => undefined,
) {
	const emulator = await createEmulator({ listen: false, settings });
	const server = createServer((request, response) => {
		request.url = request.url?.replace('/team/chat', '') ?? '';
		const wait = before(request);
		if (wait) void wait.then(() => emulator.handle(request, response));
		else emulator.handle(request, response);
	});
	server.on('upgrade', (request, socket, head) => {
		request.url = request.url?.replace('/team/chat', '') ?? '';
		emulator.upgrade(request, socket, head);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/team/chat`;
	const admin = await Mattermost.connect({ url, token: emulator.admin.token });
	const team = await admin.teams.create({ name: 'eng', display_name: 'Eng' });
	const { username, password } = emulator.admin;
	return {
		url,
		admin,
		team,
		login: emulator.admin,
		/** For `matterkit start`. */
		env: {
			MATTERMOST_SERVER_URL: `${url}/`,
			MATTERMOST_ADMIN_LOGIN_ID: username,
			MATTERMOST_ADMIN_LOGIN_PASSWORD: password,
			MATTERMOST_TEAM_IDENTIFIER: team.id,
			MATTERKIT_SIGNUP: 'open',
		},
		async [Symbol.asyncDispose]() {
			await admin.close();
			server.close();
			server.closeAllConnections();
			await emulator.close();
		},
	};
}
