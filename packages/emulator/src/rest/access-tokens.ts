import { userWith } from '../accounts.ts';
import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { newId } from '../ids.ts';
import { demand, mayInSystem } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { endSession } from '../session.ts';
import type { AccessToken } from '../world/sessions.ts';

export const accessTokenRoutes: readonly Route[] = [
	route('POST /api/v4/users/{user_id}/tokens', create),
	route('GET /api/v4/users/{user_id}/tokens', (call) => {
		demandRead(call, call.params.user_id);
		const { from, to } = call.page();
		return [...call.world.sessions.accessTokensOf(call.params.user_id)].slice(from, to).map(view);
	}),
	route('GET /api/v4/users/tokens', (call) => {
		demand.system(call, 'manage_system');
		const { from, to } = call.page();
		return [...call.world.sessions.tokens.values()].slice(from, to).map(view);
	}),
	route('GET /api/v4/users/tokens/{token_id}', (call) => {
		const token = tokenWith(call, call.params.token_id);
		demandRead(call, token.user_id);
		return view(token);
	}),
	route('POST /api/v4/users/tokens/search', (call) => {
		demand.system(call, 'manage_system');
		const term = call.fields('term').required('term').toLowerCase();
		return [...call.world.sessions.tokens.values()]
			.filter(({ id, user_id }) => {
				const user = call.world.users.get(user_id);
				return [id, user_id, user?.username ?? ''].some((text) => text.startsWith(term));
			})
			.map(view);
	}),
	route('POST /api/v4/users/tokens/revoke', (call) => {
		const token = changed(call);
		endSessionsWith(call, token);
		call.world.sessions.tokens.delete(token);
		return ok;
	}),
	route('POST /api/v4/users/tokens/disable', (call) => {
		const token = changed(call);
		endSessionsWith(call, token);
		call.world.sessions.tokens.update(token, { is_active: false });
		return ok;
	}),
	route('POST /api/v4/users/tokens/enable', (call) => {
		call.world.sessions.tokens.update(changed(call), { is_active: true });
		return ok;
	}),
];

/** The secret is told once, when the token is made. */
const view = ({ token: _, ...rest }: AccessToken) => rest;

function create(call: Call<'user_id'>): object {
	const user = userWith(call.site, call.params.user_id);
	demandOwn(call, user.id, 'create_user_access_token');
	const description = call.fields('user_access_token').string('description');
	if (description === '') throw invalidBody('description');
	if (!call.site.settings.personalAccessTokens && !user.is_bot) {
		throw new AppError(
			501,
			'app.user_access_token.disabled',
			'Personal access tokens are disabled on this server. Please contact your system administrator for details.',
		);
	}
	const secret = newId();
	const token = { id: newId(), token: secret, user_id: user.id, description, is_active: true };
	call.world.sessions.tokens.insert(token);
	return token;
}

/** Only with the right to tokens; those of others only with the right to change others. */
function demandOwn(
	call: Call,
	userId: string,
	permission: 'create_user_access_token' | 'revoke_user_access_token',
): void {
	demand.system(call, permission);
	demand.user(call, userId);
}

function demandRead(call: Call, userId: string): void {
	if (!mayInSystem(call.site, call.user.id, 'read_user_access_token')) throw forbidden();
	demand.user(call, userId);
}

function tokenWith(call: Call, id: string): AccessToken {
	const token = call.world.sessions.tokens.get(id);
	if (!token) {
		throw new AppError(
			404,
			'app.user_access_token.get_by_user.app_error',
			'We could not find the personal access token.',
		);
	}
	return token;
}

function changed(call: Call): AccessToken {
	const token = tokenWith(call, call.fields('token_id').required('token_id'));
	demandOwn(call, token.user_id, 'revoke_user_access_token');
	return token;
}

function endSessionsWith(call: Call, token: AccessToken): void {
	const session = call.world.sessions.withToken(token.token);
	if (session) endSession(call.site, session);
}
