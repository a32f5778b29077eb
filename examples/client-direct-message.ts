// Who am I, who is that, and a word in private.
//
//     MATTERMOST_SERVER_URL=https://chat.example.com MATTERMOST_TOKEN=… node examples/client-direct-message.ts john
import { Mattermost } from '@matterkit/client';

const { MATTERMOST_SERVER_URL: url = '', MATTERMOST_TOKEN: token = '' } = process.env;

await using mm = await Mattermost.connect({ url, token });
const me = await mm.users.getMe();
console.log(`I am ${me.username}`);

const [user] = await mm.users.search(process.argv[2] ?? '');
if (user) {
	const channel = await mm.channels.createDirect([me.id, user.id]);
	await mm.posts.create({ channel_id: channel.id, message: `Hello ${user.username}, in private` });
	console.log(`told ${user.username}`);
} else console.log('nobody of that name');
