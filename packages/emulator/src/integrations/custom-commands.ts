// Slash commands that somebody made: the server calls their address, and takes their answer at once or later.
import type { Call } from '../call.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Command } from '../world/integrations.ts';
import { type CommandCaller, type CommandResponse, commandResponse } from './command-response.ts';
import { callOut } from './outside.ts';

/** A command may answer later so often, and for so long (milliseconds). */
export const laterAnswers = { times: 5, within: 1_800_000 } as const;

export async function runCustom(
	call: Call,
	command: Command,
	{ user, channel, root_id }: CommandCaller,
	{ text, triggerId, teamId }: { text: string; triggerId: string; teamId: string },
): Promise<CommandResponse> {
	const { world, site, now } = call;
	const reply = world.integrations.replies.insert({
		id: newId(),
		create_at: now,
		command_id: command.id,
		user_id: user.id,
		channel_id: channel.id,
		root_id,
		uses: 0,
	});
	const form = new URLSearchParams({
		token: command.token,
		team_id: teamId,
		team_domain: world.teams.get(teamId)?.name ?? '',
		channel_id: channel.id,
		channel_name: channel.name,
		user_id: user.id,
		user_name: user.username,
		command: `/${command.trigger}`,
		text,
		trigger_id: triggerId,
		response_url: `${site.settings.siteUrl}/hooks/commands/${reply.id}`,
		...(root_id === '' ? {} : { root_id }),
	});
	const headers = { accept: 'application/json', authorization: `Token ${command.token}` };
	const failed = (message: string) =>
		new AppError(
			500,
			'api.command.execute_command.failed.app_error',
			`Command with a trigger of '${command.trigger}' failed.`,
			message,
		);
	const isGet = command.method === 'G';
	const url = isGet ? withQuery(command.url, form) : command.url;
	const answer = await callOut(
		site.settings,
		url,
		isGet
			? { headers }
			: { method: 'POST', headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, body: form },
	).catch((error: unknown) => {
		throw failed(error instanceof Error ? error.message : String(error));
	});
	if (answer.status !== 200) {
		throw new AppError(
			500,
			'api.command.execute_command.failed_resp.app_error',
			`Command with a trigger of '${command.trigger}' returned response ${answer.status}.`,
		);
	}
	if (!answer.contentType.startsWith('application/json')) return commandResponse({ text: answer.text });
	try {
		return commandResponse(JSON.parse(answer.text));
	} catch {
		throw failed('the answer is not JSON');
	}
}

function withQuery(address: string, query: URLSearchParams): string {
	const url = new URL(address);
	for (const [key, value] of query) url.searchParams.set(key, value);
	return url.href;
}
