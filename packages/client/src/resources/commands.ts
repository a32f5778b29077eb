import type { RequestOptions } from '@matterkit/http';
import type { Command, DialogSubmission, OpenDialogRequest } from '@mattermost/types/integrations';
import { Resource } from './resource.ts';

/** Slash commands, and the dialogs that they open. */
export class Commands extends Resource {
	create(
		command: Partial<Command> & { team_id: string; trigger: string; method: 'P' | 'G'; url: string },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/commands', [], { ...options, json: command });
	}

	list(params: { team_id: string; custom_only?: boolean }, options?: RequestOptions) {
		return this.call('GET /api/v4/commands', [], { ...options, params });
	}

	get(commandId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/commands/{command_id}', [commandId], options);
	}

	/** Replaces the whole command. */
	update(command: Partial<Command> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/commands/{command_id}', [command.id], { ...options, json: command });
	}

	delete(commandId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/commands/{command_id}', [commandId], options);
	}

	/** Moves the command to another team. */
	move(commandId: string, teamId: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/commands/{command_id}/move', [commandId], { ...options, json: { team_id: teamId } });
	}

	regenerateToken(commandId: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/commands/{command_id}/regen_token', [commandId], options);
	}

	/** Runs a command as if typed in the channel: `/shrug hi`. */
	execute(
		command: { channel_id: string; command: string; root_id?: string; team_id?: string },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/commands/execute', [], { ...options, json: command });
	}

	autocomplete(teamId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/teams/{team_id}/commands/autocomplete', [teamId], options);
	}

	suggest(
		teamId: string,
		params: { user_input: string; channel_id?: string; root_id?: string },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/teams/{team_id}/commands/autocomplete_suggestions', [teamId], { ...options, params });
	}

	openDialog(dialog: OpenDialogRequest, options?: RequestOptions) {
		return this.call('POST /api/v4/actions/dialogs/open', [], { ...options, json: dialog });
	}

	submitDialog(submission: Partial<DialogSubmission> & { url: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/actions/dialogs/submit', [], { ...options, json: submission });
	}
}
