// What administrators keep: jobs, applications, terms of service, plugins.
import type { Table } from './table.ts';
import type { World } from './world.ts';

/** Work that was asked for. The emulator has nobody who does it: a job waits until it is cancelled. */
export interface Job {
	readonly id: string;
	readonly type: string;
	readonly priority: number;
	readonly create_at: number;
	start_at: number;
	last_activity_at: number;
	status: string;
	progress: number;
	readonly data: Readonly<Record<string, string>>;
}

export interface OAuthApp {
	readonly id: string;
	readonly creator_id: string;
	readonly create_at: number;
	update_at: number;
	client_secret: string;
	name: string;
	description: string;
	icon_url: string;
	callback_urls: readonly string[];
	homepage: string;
	is_trusted: boolean;
}

export interface TermsOfService {
	readonly id: string;
	readonly create_at: number;
	readonly user_id: string;
	readonly text: string;
}

export interface AcceptedTerms {
	readonly user_id: string;
	terms_of_service_id: string;
	create_at: number;
}

export interface Plugin {
	readonly id: string;
	readonly manifest: Readonly<Record<string, unknown>>;
	enabled: boolean;
}

export class Administration {
	readonly jobs: Table<Job>;
	readonly apps: Table<OAuthApp>;
	readonly terms: Table<TermsOfService>;
	readonly accepted: Table<AcceptedTerms>;
	readonly plugins: Table<Plugin>;

	constructor(world: World) {
		this.jobs = world.table<Job>('jobs', (job) => job.id);
		this.apps = world.table<OAuthApp>('oauth_apps', (app) => app.id);
		this.terms = world.table<TermsOfService>('terms_of_service', (terms) => terms.id);
		this.accepted = world.table<AcceptedTerms>('accepted_terms', (accepted) => accepted.user_id);
		this.plugins = world.table<Plugin>('plugins', (plugin) => plugin.id);
	}
}
