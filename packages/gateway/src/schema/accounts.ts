// Signing up, logging in, tokens.

import { payloadOf, type TokenPayload } from '../accounts/access-tokens.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { TokenPair } from '../accounts/sessions.ts';
import { RefusedError } from '../refused-error.ts';
import { type Builder, viewerOf } from './builder.ts';
import { type defineResponseBase, ok, type ResponseBase } from './response-base.ts';

interface WithToken extends ResponseBase {
	readonly token: string;
	readonly refreshToken: string | null;
}

interface Obtained {
	readonly token: string;
	readonly payload: TokenPayload;
	readonly refreshExpiresIn: number;
	readonly refreshToken: string | null;
}

const obtained = ({ token, claims, refreshToken, refreshExpiresAt }: TokenPair): Obtained => ({
	token,
	payload: payloadOf(claims),
	refreshExpiresIn: Math.floor(refreshExpiresAt / 1000),
	refreshToken,
});

export function defineAccounts(
	builder: Builder,
	{
		accounts,
		isStaff,
		responseBase,
	}: {
		accounts: Accounts;
		isStaff: (userId: string) => Promise<boolean>;
		responseBase: ReturnType<typeof defineResponseBase>;
	},
): void {
	const withToken = builder.objectRef<WithToken>('ResponseWithToken').implement({
		description: 'A login.',
		fields: (t) => ({
			status: t.exposeString('status'),
			statusCode: t.exposeInt('statusCode', { description: 'As HTTP would say it.' }),
			message: t.exposeString('message', { description: 'For people.' }),
			token: t.exposeString('token', {
				description: 'Goes with every request: `Authorization: JWT …`. Good for 30 minutes.',
			}),
			refreshToken: t.exposeString('refreshToken', {
				description: 'Gives the next token, once (`refreshToken`). Good for 7 days.',
			}),
			metadata: t.field({ type: 'GenericScalar', resolve: ({ metadata }) => metadata }),
		}),
	});
	const union = builder.unionType('ResponseUnion', {
		types: [withToken, responseBase],
		resolveType: (value) => ('token' in value ? withToken : responseBase),
	});
	const tokenObject = (name: string, description: string) =>
		builder.objectRef<Obtained>(name).implement({
			description,
			fields: (t) => ({
				payload: t.field({ type: 'GenericScalar', nullable: false, resolve: ({ payload }) => payload }),
				refreshExpiresIn: t.exposeInt('refreshExpiresIn', {
					nullable: false,
					description: 'When refreshing ends, in seconds since 1970.',
				}),
				token: t.exposeString('token', { nullable: false }),
				refreshToken: t.exposeString('refreshToken', {
					description:
						'Takes the place of the one that was used. null: an access token was refreshed, not a refresh token.',
				}),
			}),
		});
	const obtain = tokenObject('ObtainJSONWebToken', 'A login.');
	const refresh = tokenObject('Refresh', 'A login that goes on.');
	const verify = builder.objectRef<{ payload: TokenPayload }>('Verify').implement({
		description: 'What a good token says.',
		fields: (t) => ({
			payload: t.field({ type: 'GenericScalar', nullable: false, resolve: ({ payload }) => payload }),
		}),
	});

	builder.mutationFields((t) => ({
		userCreate: t.field({
			type: responseBase,
			description:
				'Makes an account here and its user at Mattermost. A Mattermost user who exists is never taken over.',
			args: {
				email: t.arg.string({ required: true, description: 'Email address for the new user account.' }),
				password: t.arg.string({
					required: true,
					description: 'Password for the new user account: 8 characters or more.',
				}),
				username: t.arg.string({ required: true, description: 'Username for the new user account.' }),
				invitation: t.arg.string({ description: 'Where sign-up is by invitation: the code.' }),
			},
			extensions: { cost: 50 },
			resolve: async (_root, { invitation, ...account }, { address }) => {
				await accounts.signUp({ ...account, invitation: invitation ?? undefined }, address);
				return ok('User created successfully!');
			},
		}),
		userGetToken: t.field({
			type: union,
			description:
				'Logs in with an account of this server, or with a Mattermost username and password (or access token).',
			args: {
				password: t.arg.string({ required: true, description: 'Password of the user for authentication.' }),
				username: t.arg.string({ required: true, description: 'Username or email address.' }),
			},
			extensions: { cost: 50 },
			resolve: async (_root, { username, password }, { address }) => {
				const login = await accounts.logIn(username, password, address);
				if (!login) return { status: 'NOT_FOUND', statusCode: 404, message: 'Login Failed!', metadata: null };
				const { account, tokens } = login;
				return {
					...ok('Login Successfully!', {
						id: account.mattermost_user_id,
						username: account.username,
						email: account.email,
					}),
					token: tokens.token,
					refreshToken: tokens.refreshToken,
				};
			},
		}),
		tokenAuth: t.field({
			type: obtain,
			description: 'Logs in, as userGetToken does.',
			args: { username: t.arg.string({ required: true }), password: t.arg.string({ required: true }) },
			extensions: { cost: 50 },
			resolve: async (_root, { username, password }, { address }) => {
				const login = await accounts.logIn(username, password, address);
				if (!login) throw new RefusedError('Please enter valid credentials', 'UNAUTHENTICATED');
				return obtained(login.tokens);
			},
		}),
		verifyToken: t.field({
			type: verify,
			description: 'Fails unless the access token is good.',
			args: { token: t.arg.string() },
			resolve: async (_root, { token }) => ({ payload: payloadOf(await accounts.verify(token ?? '')) }),
		}),
		refreshToken: t.field({
			type: refresh,
			description: 'A new token for a refresh token (which works once) or for an access token that is still good.',
			args: {
				token: t.arg.string({ description: 'The token to be replaced, of either kind.' }),
				refreshToken: t.arg.string({ description: 'The same under the name that userGetToken gives it.' }),
			},
			resolve: async (_root, { token, refreshToken }) => obtained(await accounts.refresh(token ?? refreshToken ?? '')),
		}),
		logout: t.field({
			type: responseBase,
			description: 'Ends this login: its tokens, and every socket that was opened with them.',
			resolve: async (_root, _args, context) => {
				await accounts.logOut(viewerOf(context));
				return ok('Logged out.');
			},
		}),
		passwordChange: t.field({
			type: responseBase,
			description: 'Changes the password and ends the other logins of the account.',
			args: { oldPassword: t.arg.string({ required: true }), newPassword: t.arg.string({ required: true }) },
			extensions: { cost: 50 },
			resolve: async (_root, { oldPassword, newPassword }, context) => {
				await accounts.changePassword(viewerOf(context), oldPassword, newPassword, context.address);
				return ok('Password changed.');
			},
		}),
		invitationCreate: t.field({
			type: responseBase,
			description: 'For administrators: a code that lets others sign up. It is in `metadata.code`, and shown only now.',
			args: {
				uses: t.arg.int({ defaultValue: 1, description: 'How many may use it (1 to 1,000).' }),
				days: t.arg.int({ defaultValue: 7, description: 'How long it is good (1 to 365).' }),
			},
			resolve: async (_root, { uses, days }, context) => {
				const viewer = viewerOf(context);
				if (!(await isStaff(viewer.userId))) {
					throw new RefusedError('You do not have permission to perform this action', 'FORBIDDEN');
				}
				const code = await accounts.invite(viewer, {
					uses: inRange('uses', uses ?? 1, 1_000),
					lifetime: inRange('days', days ?? 7, 365) * 24 * 3_600_000,
				});
				return ok('Invitation created.', { code });
			},
		}),
	}));
}

function inRange(argument: string, value: number, most: number): number {
	if (value >= 1 && value <= most) return value;
	throw new RefusedError(`${argument} must be 1 to ${most}, not ${value}.`, 'BAD_USER_INPUT');
}
