// Posts a message to one channel, one with a file, and one with several files.
//
//     MATTERMOST_SERVER_URL=https://chat.example.com MATTERMOST_TOKEN=… MATTERMOST_CHANNEL_ID=… \
//     node examples/client-send-message.ts path/to/file1.pdf path/to/file2.jpg
import { basename } from 'node:path';
import { isHttpError, isNotFoundError, Mattermost } from '@matterkit/client';

const {
	MATTERMOST_SERVER_URL: url = '',
	MATTERMOST_TOKEN: token = '',
	MATTERMOST_CHANNEL_ID: channelId = '',
} = process.env;
const paths = process.argv.slice(2);

await using mm = await Mattermost.connect({ url, token });
const room = mm.channel(channelId);

try {
	await room.sendMessage('Hello from matterkit!');

	const [first] = paths;
	if (first) {
		const fileId = await room.uploadFile(basename(first), first);
		await room.sendMessage("Here's the file you requested:", { fileIds: [fileId] });
	}
	if (paths.length > 1) {
		const files = paths.map((path) => ({ name: basename(path), data: path }));
		await room.sendMessageWithFiles('Here are the documents you wanted.', files);
	}
	console.log('sent');
} catch (error) {
	if (isNotFoundError(error)) console.error('The channel was not found');
	else if (isHttpError(error)) console.error(`Request failed: ${error.message}`);
	else throw error;
	process.exitCode = 1;
}
