import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody, invalidUrl } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { newId } from '../ids.ts';
import { builtinCommands } from '../integrations/builtin-commands.ts';
import { answerCommandLater, executeCommand } from '../integrations/execute-command.ts';
import { demand, mayInTeam } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { type Command, present } from '../world/integrations.ts';

export const commandRoutes: readonly Route[] = [
	route('POST /api/v4/commands', (call) => {
		const fields = call.fields('command');
		demandEnabled(call);
		const teamId = fields.string('team_id');
		demand.team(call, teamId, 'manage_slash_commands');
		const { now } = call;
		const command: Command = {
			id: newId(),
			token: newId(),
			create_at: now,
			update_at: now,
			delete_at: 0,
			creator_id: call.user.id,
			team_id: teamId,
			...described(fields),
		};
		check(call, command);
		return created(view(call.world.integrations.commands.insert(command)));
	}),

	route('GET /api/v4/commands', (call) => {
		const teamId = call.asked('team_id');
		if (teamId === '') throw invalidUrl('team_id');
		demandEnabled(call);
		demand.team(call, teamId, 'view_team');
		const own = managedCommands(call, teamId);
		return call.flag('custom_only') ? own : [...own, ...builtinViews()];
	}),

	route('GET /api/v4/teams/{team_id}/commands/autocomplete', (call) => {
		demand.team(call, call.params.team_id, 'view_team');
		return [...autocompleted(call), ...builtinViews()];
	}),

	route('GET /api/v4/teams/{team_id}/commands/autocomplete_suggestions', (call) => {
		demand.team(call, call.params.team_id, 'view_team');
		const input = call.asked('user_input');
		if (input === '') throw invalidUrl('userInput');
		const word = input.replace(/^\//, '').toLowerCase();
		const all = [...autocompleted(call), ...builtinViews()] as {
			trigger: string;
			auto_complete_hint: string;
			auto_complete_desc: string;
		}[];
		return all
			.filter(({ trigger }) => trigger.startsWith(word))
			.map(({ trigger, auto_complete_hint, auto_complete_desc }) => ({
				Complete: trigger,
				Suggestion: `/${trigger}`,
				Hint: auto_complete_hint,
				Description: auto_complete_desc,
				IconData: '',
			}));
	}),

	route('GET /api/v4/commands/{command_id}', (call) => view(managed(call))),

	route('PUT /api/v4/commands/{command_id}', (call) => {
		const fields = call.fields('command');
		demandEnabled(call);
		const command = managed(call);
		if (fields.string('team_id') !== command.team_id) throw invalidBody('team_id');
		const changed = { ...command, ...described(fields), update_at: call.now };
		check(call, changed);
		return view(call.world.integrations.commands.update(command, changed));
	}),

	route('PUT /api/v4/commands/{command_id}/move', (call) => {
		const teamId = call.fields('team_id').required('team_id');
		demand.team(call, teamId, 'manage_slash_commands');
		call.world.integrations.commands.update(managed(call), { team_id: teamId, update_at: call.now });
		return ok;
	}),

	route('PUT /api/v4/commands/{command_id}/regen_token', (call) => {
		const token = newId();
		call.world.integrations.commands.update(managed(call), { token, update_at: call.now });
		return { token };
	}),

	route('DELETE /api/v4/commands/{command_id}', (call) => {
		call.world.integrations.commands.update(managed(call), { delete_at: call.now, update_at: call.now });
		return ok;
	}),

	route('POST /api/v4/commands/execute', executeCommand),

	route('POST /hooks/commands/{id}', answerCommandLater, { open: true }),
];

const described = (fields: Fields) => ({
	trigger: fields.string('trigger').toLowerCase(),
	method: fields.string('method') as 'P' | 'G',
	username: fields.string('username'),
	icon_url: fields.string('icon_url'),
	auto_complete: fields.boolean('auto_complete'),
	auto_complete_desc: fields.string('auto_complete_desc'),
	auto_complete_hint: fields.string('auto_complete_hint'),
	display_name: fields.string('display_name'),
	description: fields.string('description'),
	url: fields.string('url'),
});

function check(call: Call, command: Command): void {
	if (!/^[^\s/]{1,128}$/.test(command.trigger)) {
		throw new AppError(400, 'model.command.is_valid.trigger.app_error', 'Invalid trigger.');
	}
	if (command.method !== 'P' && command.method !== 'G') {
		throw new AppError(400, 'model.command.is_valid.method.app_error', 'Invalid Method.');
	}
	if (!/^https?:\/\//.test(command.url) || !URL.canParse(command.url)) {
		throw new AppError(
			400,
			'model.command.is_valid.url_http.app_error',
			'Invalid URL. Must be a valid URL and start with http:// or https://.',
		);
	}
	const other = call.world.integrations.command(command.team_id, command.trigger);
	if ((other && other.id !== command.id) || Object.hasOwn(builtinCommands, command.trigger)) {
		throw new AppError(
			400,
			'api.command.duplicate_trigger.app_error',
			'This trigger word is already in use. Please choose another word.',
		);
	}
}

const view = (command: Command) => ({
	id: command.id,
	token: command.token,
	create_at: command.create_at,
	update_at: command.update_at,
	delete_at: command.delete_at,
	creator_id: command.creator_id,
	team_id: command.team_id,
	trigger: command.trigger,
	method: command.method,
	username: command.username,
	icon_url: command.icon_url,
	auto_complete: command.auto_complete,
	auto_complete_desc: command.auto_complete_desc,
	auto_complete_hint: command.auto_complete_hint,
	display_name: command.display_name,
	description: command.description,
	url: command.url,
	plugin_id: '',
});

function builtinViews(): object[] {
	return Object.entries(builtinCommands).map(([trigger, { hint, description }]) => ({
		...view({
			id: '',
			token: '',
			create_at: 0,
			update_at: 0,
			delete_at: 0,
			creator_id: '',
			team_id: '',
			trigger,
			method: '' as 'P',
			username: '',
			icon_url: '',
			auto_complete: true,
			auto_complete_desc: description,
			auto_complete_hint: hint,
			display_name: trigger,
			description: '',
			url: '',
		}),
	}));
}

function managedCommands(call: Call, teamId: string): object[] {
	const { site, user } = call;
	if (!mayInTeam(site, user.id, teamId, 'manage_slash_commands')) return [];
	const seesAll = mayInTeam(site, user.id, teamId, 'manage_others_slash_commands');
	return present(call.world.integrations.commands)
		.filter((command) => command.team_id === teamId && (seesAll || command.creator_id === user.id))
		.map(view);
}

/** Custom commands for everybody: without what only their makers may see. */
function autocompleted({ world, params }: Call<'team_id'>): object[] {
	return [...world.integrations.commandsOf(params.team_id)]
		.filter((command) => command.auto_complete)
		.map((command) => ({
			...view(command),
			token: '',
			creator_id: '',
			url: '',
			username: '',
			icon_url: '',
			method: '',
		}));
}

function managed(call: Call<'command_id'>): Command {
	const command = call.world.integrations.commands.get(call.params.command_id);
	if (!command || command.delete_at > 0)
		throw new AppError(404, 'store.sql_command.get.missing.app_error', 'Unable to get the command.');
	const { site, user } = call;
	if (!mayInTeam(site, user.id, command.team_id, 'manage_slash_commands')) {
		throw new AppError(404, 'store.sql_command.get.missing.app_error', 'Unable to get the command.');
	}
	const isOwn = command.creator_id === user.id;
	if (!isOwn && !mayInTeam(site, user.id, command.team_id, 'manage_others_slash_commands')) throw forbidden();
	return command;
}

function demandEnabled({ site }: Call): void {
	if (site.settings.commands) return;
	throw new AppError(501, 'api.command.disabled.app_error', 'Commands have been disabled by the system admin.');
}
