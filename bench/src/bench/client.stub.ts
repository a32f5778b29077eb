// The server that `client.ts` measures against: its own process, as little work per request as can be, so that the client is
// what takes the time. Every request of any method and path gets the same user.
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

const user = JSON.stringify({
	id: '8yw4k6qtybnmpyg1s4tqs5xo5e',
	create_at: 1_753_700_000_000,
	update_at: 1_753_700_000_000,
	delete_at: 0,
	username: 'sysadmin',
	auth_data: '',
	auth_service: '',
	email: 'sysadmin@example.com',
	email_verified: true,
	nickname: '',
	first_name: 'System',
	last_name: 'Admin',
	position: '',
	roles: 'system_admin system_user',
	props: {},
	notify_props: { channel: 'true', comments: 'never', desktop: 'mention', email: 'true', push: 'mention' },
	last_password_update: 1_753_700_000_000,
	locale: 'en',
	timezone: { automaticTimezone: '', manualTimezone: '', useAutomaticTimezone: 'true' },
	disable_welcome_email: false,
});
const answer = Buffer.from(
	`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: 4ohw5mgfcjf1mxw1rck9e3y9dy\r\nX-Version-Id: 11.6.0\r\n` +
		`Date: Mon, 28 Jul 2025 10:00:00 GMT\r\nContent-Length: ${Buffer.byteLength(user)}\r\n\r\n${user}`,
);

const server = createServer((socket) => {
	let tail = '';
	socket.setNoDelay(true);
	socket.on('error', () => socket.destroy());
	socket.on('data', (chunk) => {
		tail += chunk.toString('latin1');
		for (let end = tail.indexOf('\r\n\r\n'); end >= 0; end = tail.indexOf('\r\n\r\n')) {
			tail = tail.slice(end + 4);
			socket.write(answer);
		}
	});
}).listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
