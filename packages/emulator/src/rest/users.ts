import { createUser, profile, profileFor, userWith } from '../accounts.ts';
import { created } from '../answer.ts';
import { AppError } from '../errors.ts';
import { isSystemAdmin } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { version } from '../version.ts';

export const userRoutes: readonly Route[] = [
	route(
		'POST /api/v4/users',
		async (call) => {
			const fields = call.fields('user');
			const byAdmin = call.session !== undefined && isSystemAdmin(call.site, call.session.user_id);
			const isFirst = call.world.users.table.size === 0;
			if (!call.site.settings.openServer && !byAdmin && !isFirst) {
				throw new AppError(
					403,
					'api.user.create_user.no_open_server',
					'This server does not allow open signups.  Please speak with your Administrator to receive an invitation.',
				);
			}
			const user = await createUser(call.site, {
				username: fields.string('username'),
				email: fields.string('email'),
				password: fields.string('password'),
				first_name: fields.string('first_name'),
				last_name: fields.string('last_name'),
				nickname: fields.string('nickname'),
				position: fields.string('position'),
				notify_props: fields.texts('notify_props'),
			});
			return created(profile(call.site, user, 'own'));
		},
		{ open: true },
	),

	route('GET /api/v4/users/{user_id}', (call) => {
		const user = userWith(call.site, call.params.user_id);
		const etag = `${version}.${user.id}.${user.update_at}..0.true.true.0`;
		return call.tagged(etag, () => profileFor(call.site, call.user.id, user));
	}),
];
