// POST /commands/execute: what somebody typed behind a slash, run by the server itself or by somebody's address.
import { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { channelWith } from '../channels.ts';
import { AppError } from '../errors.ts';
import { demand } from '../permissions.ts';
import { builtinCommands } from './builtin-commands.ts';
import { commandResponse, deliver, responseView } from './command-response.ts';
import { laterAnswers, runCustom } from './custom-commands.ts';
import { makeTrigger } from './trigger.ts';

export async function executeCommand(call: Call): Promise<object> {
	const fields = call.fields('command_args');
	const line = fields.string('command');
	const [, trigger = '', text = ''] = /^\/(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
	if (trigger === '') {
		throw new AppError(400, 'api.command.execute_command.start.app_error', 'Command must start with /.');
	}
	const { site, user } = call;
	demand.channel(call, fields.string('channel_id'), 'create_post');
	const channel = channelWith(site, fields.string('channel_id'));
	if (channel.delete_at > 0) {
		throw new AppError(400, 'api.command.execute_command.deleted.error', 'Can not run a command in a deleted channel.');
	}
	// In a direct message the client says from which team it is.
	const teamId = channel.team_id || fields.string('team_id');
	const caller = { user, channel, root_id: fields.string('root_id') };
	const custom = site.settings.commands ? site.world.integrations.command(teamId, trigger.toLowerCase()) : undefined;
	const builtin = Object.hasOwn(builtinCommands, trigger) ? builtinCommands[trigger] : undefined;
	if (custom) {
		const triggerId = makeTrigger(user.id, call.now);
		const response = await runCustom(call, custom, caller, { text, triggerId, teamId });
		const named = {
			...response,
			message: { ...response.message, username: response.message.username || custom.username },
		};
		deliver(site, named, caller, custom);
		return responseView(response, triggerId);
	}
	if (!builtin) throw noSuchCommand(trigger);
	const response = builtin.run(site, caller, text);
	deliver(site, response, caller);
	return responseView(response, '');
}

const noSuchCommand = (trigger: string) =>
	new AppError(
		404,
		'api.command.execute_command.not_found.app_error',
		`Command with a trigger of '${trigger}' not found. To send a message beginning with "/", try adding an empty space at the beginning of the message.`,
	);

/** A command that answers after the fact, at the address that it was given. */
export function answerCommandLater(call: Call<'id'>): Answer {
	const { world, site, now } = call;
	const reply = world.integrations.replies.get(call.params.id);
	const command = reply && world.integrations.commands.get(reply.command_id);
	const user = reply && world.users.get(reply.user_id);
	const channel = reply && world.channels.get(reply.channel_id);
	if (!reply || !command || !user || !channel || now - reply.create_at > laterAnswers.within) {
		throw new AppError(404, 'app.command_webhook.get.missing', 'Unable to get the webhook.');
	}
	if (reply.uses >= laterAnswers.times) {
		throw new AppError(400, 'app.command_webhook.try_use.invalid', 'Invalid webhook.');
	}
	const json = call.json('commandResponse');
	world.integrations.replies.update(reply, { uses: reply.uses + 1 });
	deliver(site, commandResponse(json), { user, channel, root_id: reply.root_id }, command);
	return new Answer(200, 'ok', { 'Content-Type': 'text/plain' });
}
