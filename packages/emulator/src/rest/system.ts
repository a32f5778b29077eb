import { Answer } from '../answer.ts';
import { clientConfig } from '../client-config.ts';
import { type Route, route } from '../router.ts';
import { licenseView } from './config.ts';

const versions = { AndroidLatestVersion: '', AndroidMinVersion: '', IosLatestVersion: '', IosMinVersion: '' };

export const systemRoutes: readonly Route[] = [
	route(
		'GET /api/v4/system/ping',
		(call) => {
			const ping = { ActiveSearchBackend: 'database', ...versions, status: 'OK' };
			if (!call.flag('get_server_status')) return ping;
			const parts = { database_status: 'OK', filestore_status: 'OK' };
			return new Answer(200, { ...ping, ...parts }, { ...parts, status: 'OK' });
		},
		{ open: true },
	),

	route('GET /api/v4/config/client', (call) => clientConfig(call.site, call.session !== undefined), { open: true }),

	route('GET /api/v4/license/client', (call) => licenseView(call.site.settings.licensed), { open: true }),
];
