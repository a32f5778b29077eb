// Writes all posts of a channel as JSON lines, newest first, without holding more than a page of them.
//
//     MATTERMOST_SERVER_URL=https://chat.example.com MATTERMOST_TOKEN=… node examples/client-export-channel.ts team channel
import { Mattermost } from '@matterkit/client';

const { MATTERMOST_SERVER_URL: url = '', MATTERMOST_TOKEN: token = '' } = process.env;
const [teamName = '', channelName = ''] = process.argv.slice(2);

await using mm = await Mattermost.connect({ url, token });
const channel = await mm.channels.getByTeamName(teamName, channelName);
if (!channel) throw new Error(`there is no channel ${channelName} in ${teamName}`);

for await (const { id, create_at, user_id, message } of mm.posts.list(channel.id)) {
	console.log(JSON.stringify({ id, at: new Date(create_at).toISOString(), user_id, message }));
}
