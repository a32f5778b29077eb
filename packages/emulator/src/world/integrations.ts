import type { Table } from './table.ts';
import type { World } from './world.ts';

interface Kept {
	readonly id: string;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
}

export interface IncomingWebhook extends Kept {
	readonly user_id: string;
	channel_id: string;
	readonly team_id: string;
	display_name: string;
	description: string;
	username: string;
	icon_url: string;
	/** Posts to its own channel only. */
	channel_locked: boolean;
}

export interface OutgoingWebhook extends Kept {
	token: string;
	readonly creator_id: string;
	/** '' for every public channel of the team. */
	channel_id: string;
	readonly team_id: string;
	trigger_words: readonly string[];
	/** 0: the first word is a trigger word; 1: it begins with one. */
	trigger_when: number;
	callback_urls: readonly string[];
	display_name: string;
	description: string;
	content_type: string;
	username: string;
	icon_url: string;
}

export interface Command extends Kept {
	token: string;
	readonly creator_id: string;
	team_id: string;
	/** Without the slash. */
	trigger: string;
	method: 'P' | 'G';
	username: string;
	icon_url: string;
	auto_complete: boolean;
	auto_complete_desc: string;
	auto_complete_hint: string;
	display_name: string;
	description: string;
	url: string;
}

/** Lets a command answer later, at /hooks/commands/{id}. */
export interface CommandReply {
	readonly id: string;
	readonly create_at: number;
	readonly command_id: string;
	readonly user_id: string;
	readonly channel_id: string;
	readonly root_id: string;
	uses: number;
}

export class Integrations {
	readonly incoming: Table<IncomingWebhook>;
	readonly outgoing: Table<OutgoingWebhook>;
	readonly commands: Table<Command>;
	readonly replies: Table<CommandReply>;
	readonly #outgoingByTeam;
	readonly #commandsByTeam;

	constructor(world: World) {
		this.incoming = world.table<IncomingWebhook>('incoming_webhooks', (hook) => hook.id);
		this.outgoing = world.table<OutgoingWebhook>('outgoing_webhooks', (hook) => hook.id);
		this.#outgoingByTeam = this.outgoing.by((hook) => (hook.delete_at === 0 ? hook.team_id : undefined));
		this.commands = world.table<Command>('commands', (command) => command.id);
		this.#commandsByTeam = this.commands.by((command) => (command.delete_at === 0 ? command.team_id : undefined));
		this.replies = world.table<CommandReply>('command_replies', (reply) => reply.id, { kept: false });
	}

	outgoingOf(teamId: string): ReadonlySet<OutgoingWebhook> {
		return this.#outgoingByTeam.get(teamId);
	}

	commandsOf(teamId: string): ReadonlySet<Command> {
		return this.#commandsByTeam.get(teamId);
	}

	command(teamId: string, trigger: string): Command | undefined {
		for (const command of this.commandsOf(teamId)) if (command.trigger === trigger) return command;
		return undefined;
	}
}

/** Those that were not deleted. */
export function present<Row extends { readonly delete_at: number }>(table: Table<Row>): Row[] {
	return [...table.values()].filter((row) => row.delete_at === 0);
}
