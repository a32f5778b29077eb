// A bot that answers "ping", misses nothing while it is away, and goes on where it was after a restart.
// MATTERMOST_URL=… MATTERMOST_TOKEN=… node examples/events-bot.ts
import { fileStore, Mattermost } from '@matterkit/client';

const { MATTERMOST_URL: url, MATTERMOST_TOKEN: token } = process.env;
if (!url || !token) throw new Error('set MATTERMOST_URL and MATTERMOST_TOKEN');

await using mm = await Mattermost.connect({ url, token });
const me = await mm.botUserId();

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());

await using stream = mm.events({
	types: ['posted'],
	store: fileStore('bot-position.json'),
	signal: stopped.signal,
});
stream.on('state', (state, error) => console.error(state, error?.message ?? ''));

for await (const { data, source } of stream) {
	const { post } = data;
	if (post.user_id === me || post.message !== 'ping') continue;
	const late = source === 'catch-up' ? ' (sorry, I was away)' : '';
	await mm.posts.create({ channel_id: post.channel_id, message: `pong${late}`, root_id: post.root_id || post.id });
}
