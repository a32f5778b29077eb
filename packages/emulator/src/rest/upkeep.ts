// What administrators and clients ask for so that a server runs well. Here there is nothing left to do: it is accepted.
import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';

/** An administrator asks for it, and there is no cache, no second connection and no other node. */
function done(call: Call): typeof ok {
	demand.system(call, 'manage_system');
	return ok;
}

export const upkeepRoutes: readonly Route[] = [
	route('POST /api/v4/caches/invalidate', done),
	route('POST /api/v4/database/recycle', done),
	route('GET /api/v4/cluster/status', (call) => {
		demand.system(call, 'manage_system');
		return [];
	}),
	route('GET /api/v4/system/notices/{team_id}', () => []),
	route('PUT /api/v4/system/notices/view', (call) => {
		call.strings('notices');
		return ok;
	}),
	route('POST /api/v4/client_perf', (call) => {
		call.fields('client_perf');
		return undefined;
	}),
	route(
		'POST /api/v4/logs',
		(call) => {
			const fields = call.fields('log');
			return { level: fields.string('level'), message: fields.string('message') };
		},
		{ open: true },
	),
];
