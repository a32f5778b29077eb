import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { permissionsOf, roleNames } from '../roles.ts';
import { type Route, route } from '../router.ts';

/** The built-in roles have an id each, new in every process as on every real server. */
const ids = new Map(roleNames.map((name) => [name, newId()]));

const view = (name: string) => ({
	id: ids.get(name) ?? '',
	name,
	display_name: `authentication.roles.${name}.name`,
	description: `authentication.roles.${name}.description`,
	create_at: 1_795_229_876_000,
	update_at: 1_795_229_876_000,
	delete_at: 0,
	permissions: [...permissionsOf(name)],
	scheme_managed: !name.startsWith('system_post') && name !== 'system_user_access_token',
	built_in: true,
});

const missing = () => new AppError(404, 'app.role.get_by_name.app_error', 'Unable to get role.');

export const roleRoutes: readonly Route[] = [
	route('GET /api/v4/roles', (call) => {
		demand.system(call, 'manage_system');
		return roleNames.map(view);
	}),
	route('GET /api/v4/roles/{role_id}', (call) => {
		const name = roleNames.find((role) => ids.get(role) === call.params.role_id);
		if (!name) throw missing();
		return view(name);
	}),
	route('GET /api/v4/roles/name/{role_name}', (call) => {
		if (!ids.has(call.params.role_name)) throw missing();
		return view(call.params.role_name);
	}),
	route('POST /api/v4/roles/names', (call) =>
		call
			.strings('rolenames')
			.filter((name) => ids.has(name))
			.map(view),
	),
];
