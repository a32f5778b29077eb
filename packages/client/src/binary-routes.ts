import type { Route, Routes } from './routes.ts';

type BinaryRoute = { [R in Route]: Routes[R] extends Uint8Array ? R : never }[Route];

/** Routes that answer files, which are not to be decoded as text. */
export const binaryRoutes: Readonly<Record<BinaryRoute, true>> = {
	'GET /api/v4/brand/image': true,
	'GET /api/v4/compliance/reports/{report_id}/download': true,
	'GET /api/v4/emoji/{emoji_id}/image': true,
	'GET /api/v4/exports/{export_name}': true,
	'GET /api/v4/files/{file_id}': true,
	'GET /api/v4/files/{file_id}/preview': true,
	'GET /api/v4/files/{file_id}/thumbnail': true,
	'GET /api/v4/jobs/{job_id}/download': true,
	'GET /api/v4/logs/download': true,
	'GET /api/v4/system/support_packet': true,
	'GET /api/v4/teams/{team_id}/image': true,
	'GET /api/v4/users/{user_id}/image': true,
	'GET /api/v4/users/{user_id}/image/default': true,
};
