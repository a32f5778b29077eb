// A listening program of its own: `listener.ts ours|official URL TOKEN`. Prints the id of each post that it is told of.
import { Mattermost } from '@matterkit/client';

const [kind, url = '', token = ''] = process.argv.slice(2);
const told = (id: string) => process.stdout.write(`${id}\n`);

if (kind === 'ours') {
	const mm = new Mattermost({ url, token, timeout: 2_000 });
	// Everything but the heartbeat as it is by default: it is as much shorter as that of the other, which pings every 30 s.
	const stream = mm.events({ types: ['posted'], timing: { heartbeat: 2_000, deadline: 1_000 } });
	await stream.ready();
	process.stdout.write('ready\n');
	for await (const event of stream) told(event.data.post.id);
} else {
	const { WebSocketClient } = await import('@mattermost/client');
	const client = new WebSocketClient({
		clientPingInterval: 2_000,
		minWebSocketRetryTime: 500,
		maxWebSocketRetryTime: 30_000,
	});
	client.addFirstConnectListener(() => process.stdout.write('ready\n'));
	client.addMessageListener((message) => {
		if (message.event === 'posted') told(JSON.parse(message.data.post).id);
	});
	client.initialize(`${url.replace('http', 'ws')}/api/v4/websocket`, token);
	// The process of a program that only listens must not end by itself.
	setInterval(() => {}, 60_000);
}
