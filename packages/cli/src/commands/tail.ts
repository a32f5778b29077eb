import { parse } from '../arguments.ts';
import { channelIdOf } from '../channel-id.ts';
import { connect, serverHelp, serverOptions } from '../connect.ts';
import { UsageError } from '../usage-error.ts';
import type { Command } from './index.ts';

export const tail: Command = {
	name: 'tail',
	summary: 'print posts as they are made',
	help: `Prints new posts as they are made, one line each, until Ctrl-C. Without a channel: all that you can see.

usage: matterkit tail [channel|@user] [--json]

  --json        one JSON object a line: {"create_at","channel","user","message","post"}
${serverHelp}
example: matterkit tail town-square
`,
	async run(args) {
		const { values, positionals } = parse('tail', args, { ...serverOptions, json: { type: 'boolean' } });
		const [name, ...rest] = positionals;
		if (rest.length > 0) throw new UsageError('tail takes one channel at most. See matterkit tail --help');
		await using mm = await connect(values, process.env);
		const team = values.team ?? process.env.MATTERMOST_TEAM_IDENTIFIER;
		const channelId = name === undefined ? undefined : await channelIdOf(mm, name, team);
		const ended = new AbortController();
		for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
		const stream = mm.events({
			types: ['posted'],
			signal: ended.signal,
			...(channelId ? { channels: [channelId] } : {}),
		});
		await stream.ready();
		process.stderr.write(`listening on ${mm.url}${name ? ` ${name}` : ''} (Ctrl-C ends it)\n`);
		for await (const event of stream) {
			if (event.type !== 'posted') continue;
			const { post, channel_name, sender_name } = event.data;
			const line = {
				create_at: post.create_at,
				channel: channel_name,
				user: sender_name.replace(/^@/, ''),
				message: post.message,
			};
			process.stdout.write(
				values.json
					? `${JSON.stringify({ ...line, post })}\n`
					: `${new Date(line.create_at).toISOString()} ${line.channel} ${line.user}: ${line.message.replaceAll('\n', '\n    ')}\n`,
			);
		}
	},
};
