import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { clientConfig } from '../client-config.ts';
import { AppError, invalidBody } from '../errors.ts';
import { fileOf, readParts } from '../files/multipart.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { patchConfig, serverConfig } from '../server-config.ts';

/** Bytes of a licence at most. */
const licenseLimit = 65_536;

export const configRoutes: readonly Route[] = [
	route('GET /api/v4/config', (call) => {
		demand.system(call, 'manage_system');
		return serverConfig(call.site.settings);
	}),
	route('PUT /api/v4/config', change),
	route('PUT /api/v4/config/patch', change),
	route('POST /api/v4/config/reload', (call) => {
		demand.system(call, 'manage_system');
		publishConfig(call);
		return ok;
	}),
	// Nothing of the emulator's configuration comes from the environment.
	route('GET /api/v4/config/environment', (call) => {
		demand.system(call, 'manage_system');
		return {};
	}),

	// The emulator cannot read licences: any file counts as one.
	route(
		'POST /api/v4/license',
		async (call) => {
			demand.system(call, 'manage_system');
			const unreadable = () =>
				new AppError(400, 'api.license.add_license.no_file.app_error', "No file under 'license' in request.");
			const parts = await readParts(call.request, {
				limit: licenseLimit,
				refusals: { tooLarge: unreadable, unreadable },
			});
			if (!fileOf(parts, 'license')) throw unreadable();
			return setLicense(call, true);
		},
		{ stream: true },
	),
	route('DELETE /api/v4/license', (call) => {
		demand.system(call, 'manage_system');
		setLicense(call, false);
		return ok;
	}),
];

function change(call: Call): object {
	demand.system(call, 'manage_system');
	const patch = call.json('config');
	if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) throw invalidBody('config');
	if (patchConfig(call.site.settings, patch as Record<string, unknown>).length > 0) throw invalidBody('config');
	publishConfig(call);
	return serverConfig(call.site.settings);
}

function publishConfig({ site, hub }: Call): void {
	hub.publish('config_changed', { config: clientConfig(site, true) }, {});
}

export const licenseView = (licensed: boolean) =>
	licensed ? { IsLicensed: 'true', SkuName: 'Enterprise', SkuShortName: 'enterprise' } : { IsLicensed: 'false' };

function setLicense({ site, hub }: Call, licensed: boolean): object {
	site.settings.licensed = licensed;
	hub.publish('license_changed', { license: licenseView(licensed) }, {});
	return licenseView(licensed);
}
