// Answers each post of a channel in its thread, until Ctrl-C.
//
//     MATTERMOST_SERVER_URL=https://chat.example.com MATTERMOST_TOKEN=… MATTERMOST_CHANNEL_ID=… node examples/client-echo-bot.ts
import { Mattermost } from '@matterkit/client';

const {
	MATTERMOST_SERVER_URL: url = '',
	MATTERMOST_TOKEN: token = '',
	MATTERMOST_CHANNEL_ID: channelId = '',
} = process.env;

await using mm = await Mattermost.connect({ url, token });
const me = await mm.botUserId();
const controller = new AbortController();
process.once('SIGINT', () => controller.abort());

console.log('listening');
for await (const post of mm.posts.watch(channelId, { signal: controller.signal })) {
	if (post.user_id === me || post.type !== '') continue;
	await mm.posts.create({
		channel_id: channelId,
		root_id: post.root_id || post.id,
		message: `You said: ${post.message}`,
	});
}
