// Plugins are kept and switched, not run: clients of the administration see what they would see of real ones.
import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError } from '../errors.ts';
import { fieldOf, fileOf, readParts } from '../files/multipart.ts';
import { demand } from '../permissions.ts';
import { manifestIn } from '../plugin-bundle.ts';
import { type Route, route } from '../router.ts';
import type { Plugin } from '../world/administration.ts';

export const pluginRoutes: readonly Route[] = [
	route('POST /api/v4/plugins', upload, { stream: true }),

	route('GET /api/v4/plugins', (call) => {
		demand.system(call, 'manage_system');
		const all = [...call.world.administration.plugins.values()];
		return {
			active: all.filter(({ enabled }) => enabled).map(({ manifest }) => manifest),
			inactive: all.filter(({ enabled }) => !enabled).map(({ manifest }) => manifest),
		};
	}),

	route('GET /api/v4/plugins/statuses', (call) => {
		demand.system(call, 'manage_system');
		return statuses(call);
	}),

	// Every client asks this at start, signed in or not.
	route(
		'GET /api/v4/plugins/webapp',
		(call) =>
			[...call.world.administration.plugins.values()]
				.filter(({ enabled, manifest }) => enabled && manifest.webapp !== undefined)
				.map(clientManifest),
		{ open: true },
	),

	route('POST /api/v4/plugins/{plugin_id}/enable', (call) => set(call, true)),
	route('POST /api/v4/plugins/{plugin_id}/disable', (call) => set(call, false)),

	route('DELETE /api/v4/plugins/{plugin_id}', (call) => {
		demand.system(call, 'manage_system');
		const plugin = pluginWith(call);
		call.world.administration.plugins.delete(plugin);
		if (plugin.enabled) call.hub.publish('plugin_disabled', { manifest: clientManifest(plugin) }, {});
		publishStatuses(call);
		return ok;
	}),

	route('GET /api/v4/plugins/marketplace/first_admin_visit', (call) => {
		demand.system(call, 'manage_system');
		return { name: visited, value: call.world.notes.get(visited)?.value ?? 'false' };
	}),

	route('POST /api/v4/plugins/marketplace/first_admin_visit', (call) => {
		demand.system(call, 'manage_system');
		if (!call.world.notes.get(visited)) call.world.notes.insert({ name: visited, value: 'true' });
		call.hub.publish('first_admin_visit_marketplace_status_received', { firstAdminVisitMarketplaceStatus: 'true' }, {});
		return ok;
	}),
];

const visited = 'FirstAdminVisitMarketplace';

async function upload(call: Call) {
	demand.system(call, 'manage_system');
	const { maxFileSize } = call.site.settings;
	const unreadable = () =>
		new AppError(400, 'api.plugin.upload.no_file.app_error', 'Missing file in multipart/form request.');
	const tooLarge = () =>
		new AppError(413, 'api.plugin.upload.file.app_error', 'Unable to open file in multipart/form request.');
	const parts = await readParts(call.request, { limit: maxFileSize, refusals: { tooLarge, unreadable } });
	const bundle = fileOf(parts, 'plugin');
	if (!bundle) throw unreadable();
	const manifest = manifestIn(bundle);
	if (typeof manifest?.id !== 'string') {
		throw new AppError(400, 'app.plugin.manifest.app_error', 'Unable to find manifest for extracted plugin.');
	}
	const { plugins } = call.world.administration;
	const before = plugins.get(manifest.id);
	if (before && fieldOf(parts, 'force') !== 'true') {
		throw new AppError(
			400,
			'app.plugin.install_id.app_error',
			'Unable to install plugin. A plugin with the same ID is already installed.',
		);
	}
	if (before) plugins.delete(before);
	plugins.insert({ id: manifest.id, manifest, enabled: before?.enabled ?? false });
	publishStatuses(call);
	return created(manifest);
}

function pluginWith({ world, params }: Call<'plugin_id'>): Plugin {
	const plugin = world.administration.plugins.get(params.plugin_id);
	if (!plugin) throw new AppError(404, 'app.plugin.not_installed.app_error', 'Plugin is not installed.');
	return plugin;
}

function set(call: Call<'plugin_id'>, enabled: boolean): object {
	demand.system(call, 'manage_system');
	const plugin = pluginWith(call);
	if (plugin.enabled !== enabled) {
		call.world.administration.plugins.update(plugin, { enabled });
		call.hub.publish(enabled ? 'plugin_enabled' : 'plugin_disabled', { manifest: clientManifest(plugin) }, {});
		publishStatuses(call);
	}
	return ok;
}

/** Without what only the server needs. */
const clientManifest = ({ manifest: { id, version, min_server_version, webapp, settings_schema } }: Plugin) => ({
	id,
	...(min_server_version === undefined ? {} : { min_server_version }),
	version: version ?? '',
	...(webapp === undefined ? {} : { webapp }),
	...(settings_schema === undefined ? {} : { settings_schema }),
});

/** 0 is not running, 2 is running. */
const statuses = ({ world }: Call) =>
	[...world.administration.plugins.values()].map(({ id, manifest, enabled }) => ({
		cluster_id: '',
		plugin_id: id,
		plugin_path: '',
		state: enabled ? 2 : 0,
		error: '',
		name: manifest.name ?? '',
		description: manifest.description ?? '',
		version: manifest.version ?? '',
	}));

function publishStatuses(call: Call): void {
	call.hub.publish('plugin_statuses_changed', { plugin_statuses: statuses(call) }, { contains_sensitive_data: true });
}
