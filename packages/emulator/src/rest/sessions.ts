import { profile } from '../accounts.ts';
import { Answer, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError } from '../errors.ts';
import { matches } from '../passwords.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { endSession, endSessionsOf, logIn } from '../session.ts';
import type { Session } from '../world/sessions.ts';

export const sessionRoutes: readonly Route[] = [
	route('POST /api/v4/users/login', login, { open: true }),
	route(
		'POST /api/v4/users/logout',
		(call) => {
			if (call.session) endSession(call.site, call.session);
			return new Answer(200, ok, { 'set-cookie': 'MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly' });
		},
		{ open: true },
	),
	// How a user signs in: by password, as nobody has another way here.
	route('POST /api/v4/users/login/type', () => ({ auth_service: '' }), { open: true }),
	route('GET /api/v4/users/{user_id}/sessions', (call) => {
		demand.user(call, call.params.user_id);
		return [...call.world.sessions.ofUser(call.params.user_id)].reverse().map((session) => view(call, session));
	}),
	route('POST /api/v4/users/{user_id}/sessions/revoke', (call) => {
		demand.user(call, call.params.user_id);
		const session = call.world.sessions.table.get(call.fields('session_id').required('session_id'));
		if (session?.user_id !== call.params.user_id)
			throw new AppError(
				400,
				'api.context.invalid_url_param.app_error',
				'Invalid or missing user_id parameter in request URL.',
			);
		endSession(call.site, session);
		return ok;
	}),
	route('POST /api/v4/users/{user_id}/sessions/revoke/all', (call) => {
		demand.user(call, call.params.user_id);
		endSessionsOf(call.site, call.params.user_id);
		return ok;
	}),
	route('POST /api/v4/users/sessions/revoke/all', (call) => {
		demand.system(call, 'manage_system');
		for (const session of [...call.world.sessions.table.values()]) endSession(call.site, session);
		return ok;
	}),
	route('PUT /api/v4/users/sessions/device', (call) => {
		const deviceId = call.fields('device_id').string('device_id');
		if (call.session) call.world.sessions.table.update(call.session, { device_id: deviceId });
		return ok;
	}),
];

const wrong = () =>
	new AppError(
		401,
		'api.user.login.invalid_credentials_email_username',
		'Enter a valid email or username and/or password.',
	);

/** After so many wrong passwords no right one helps (MaximumLoginAttempts). */
const attempts = 10;

async function login(call: Call): Promise<Answer> {
	const fields = call.fields('login');
	const password = fields.string('password');
	if (password === '') {
		throw new AppError(400, 'api.user.login.blank_pwd.app_error', 'Password field must not be blank');
	}
	const { users } = call.world;
	const loginId = fields.string('login_id');
	const id = fields.string('id');
	const user = id ? users.get(id) : (users.named(loginId) ?? users.withEmail(loginId));
	if (!user) throw wrong();
	if (user.is_bot) {
		throw new AppError(401, 'api.user.login.bot_login_forbidden.app_error', 'Bot login is forbidden.');
	}
	if (user.failed_attempts >= attempts) {
		throw new AppError(
			401,
			'api.user.check_user_login_attempts.too_many.app_error',
			'Your account is locked because of too many failed password attempts. Please reset your password.',
		);
	}
	if (!(await matches(password, user.password))) {
		users.table.update(user, { failed_attempts: user.failed_attempts + 1 });
		throw wrong();
	}
	if (user.delete_at > 0) {
		throw new AppError(
			401,
			'api.user.login.inactive.app_error',
			'Login failed because your account has been deactivated.  Please contact an administrator.',
		);
	}
	// As it was before the login: the real server's answer does not have the new update_at.
	const answer = profile(call.site, { ...user, failed_attempts: 0 }, 'own');
	const session = logIn(call.site, user, fields.string('device_id'));
	users.table.update(user, { update_at: session.create_at });
	return new Answer(200, answer, { Token: session.token });
}

/** A session as its user sees it: its token is not told. */
function view(call: Call, session: Session): object {
	return {
		id: session.id,
		token: '',
		create_at: session.create_at,
		expires_at: session.expires_at,
		last_activity_at: session.last_activity_at,
		user_id: session.user_id,
		device_id: session.device_id,
		roles: call.world.users.get(session.user_id)?.roles ?? '',
		is_oauth: false,
		expired_notify: false,
		props: session.props,
		team_members: [...call.world.teams.membershipsOf(session.user_id)].map(({ create_at: _, ...member }) => member),
		local: false,
	};
}
