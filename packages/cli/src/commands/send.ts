import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from '../arguments.ts';
import { channelIdOf } from '../channel-id.ts';
import { connect, serverHelp, serverOptions } from '../connect.ts';
import { UsageError } from '../usage-error.ts';
import type { Command } from './index.ts';

export const send: Command = {
	name: 'send',
	summary: 'send a message, with files',
	help: `Sends a message to a channel or a person.

usage: matterkit send <channel|@user> <text> [--file F]...

  <channel>     name, team/name or id
  --file F      attach a file; up to 10 times
  --json        print the post as one line of JSON
${serverHelp}
example: matterkit send town-square 'The release is out' --file notes.pdf
`,
	async run(args) {
		const { values, positionals } = parse('send', args, {
			...serverOptions,
			file: { type: 'string', multiple: true },
			json: { type: 'boolean' },
		});
		const [to, text, ...rest] = positionals;
		const files = values.file ?? [];
		if (!to || (!text && files.length === 0) || rest.length > 0) {
			throw new UsageError('send takes a channel and one text (in quotes). See matterkit send --help');
		}
		for (const file of files) requireFile(file);
		await using mm = await connect(values, process.env);
		const channelId = await channelIdOf(mm, to, values.team ?? process.env.MATTERMOST_TEAM_IDENTIFIER);
		const fileIds: string[] = [];
		for (const file of files) {
			const info = await mm.files.upload(channelId, file, { name: basename(file) });
			fileIds.push(info.id);
		}
		const post = await mm.posts.create({ channel_id: channelId, message: text ?? '', file_ids: fileIds });
		process.stdout.write(values.json ? `${JSON.stringify(post)}\n` : `sent: ${post.id}\n`);
	},
};

function requireFile(path: string): void {
	const found = statSync(path, { throwIfNoEntry: false });
	if (!found?.isFile()) throw new UsageError(`--file ${path}: there is no such file`);
}
