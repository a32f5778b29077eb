import { type RequestOptions, Secret, ValidationError } from '@matterkit/http';
import type { UserNotifyProps, UserProfile, UserTimezone } from '@mattermost/types/users';
import { AnswerError } from '../answer-error.ts';
import { form, orNull, type PageParams, Resource } from './resource.ts';

/** `password`: at least 8 characters on a server with default settings. */
export type NewUser = Partial<Omit<UserProfile, 'notify_props' | 'timezone'>> & {
	email: string;
	username: string;
	password: string;
	notify_props?: Partial<UserNotifyProps>;
};
export type UserPatch = Partial<
	Pick<UserProfile, 'username' | 'email' | 'nickname' | 'first_name' | 'last_name' | 'position' | 'locale' | 'props'>
> & {
	notify_props?: Partial<UserNotifyProps>;
	timezone?: UserTimezone;
};
/** `in_…` and `not_in_…` take ids; `sort` depends on them: `last_activity_at`, `create_at`, `status`, `admin`, `display_name`. */
export type ListUsers = PageParams & {
	in_team?: string;
	not_in_team?: string;
	in_channel?: string;
	not_in_channel?: string;
	in_group?: string;
	without_team?: boolean;
	active?: boolean;
	inactive?: boolean;
	role?: string;
	sort?: string;
};
export type SearchUsers = {
	team_id?: string;
	not_in_team_id?: string;
	in_channel_id?: string;
	not_in_channel_id?: string;
	allow_inactive?: boolean;
	without_team?: boolean;
	role?: string;
	limit?: number;
};

/** Users. Wherever a user id is asked for, `me` is the one whose token this is. */
export class Users extends Resource {
	getMe(options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}', ['me'], options);
	}

	getById(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}', [userId], options);
	}

	/** null: nobody of that name. */
	getByUsername(username: string, options?: RequestOptions) {
		return orNull(this.call('GET /api/v4/users/username/{username}', [username], options));
	}

	/** null: nobody with that address. */
	getByEmail(email: string, options?: RequestOptions) {
		return orNull(this.call('GET /api/v4/users/email/{email}', [email], options));
	}

	/** In no order; unknown ids are left out. */
	byIds(userIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/users/ids', [], { ...options, json: userIds });
	}

	/** In no order; unknown names are left out. */
	byUsernames(usernames: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/users/usernames', [], { ...options, json: usernames });
	}

	/** The members of group messages, by channel id. */
	byGroupChannelIds(channelIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/users/group_channels', [], { ...options, json: channelIds });
	}

	list(params?: ListUsers, options?: RequestOptions) {
		return this.pages('GET /api/v4/users', [], params, options);
	}

	/** By username, full name, nickname and (where allowed) e-mail. */
	search(term: string, params?: SearchUsers, options?: RequestOptions) {
		return this.call('POST /api/v4/users/search', [], { ...options, json: { ...params, term } });
	}

	autocomplete(
		params: { name: string; in_team?: string; in_channel?: string; limit?: number },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/users/autocomplete', [], { ...options, params });
	}

	/** Ids of the users with whom you share a channel. */
	known(options?: RequestOptions) {
		return this.call('GET /api/v4/users/known', [], options);
	}

	create(user: NewUser, options?: RequestOptions) {
		return this.call('POST /api/v4/users', [], { ...options, json: user });
	}

	/** Changes the given fields only. */
	update(userId: string, fields: UserPatch, options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/patch', [userId], { ...options, json: fields });
	}

	/** Replaces the whole user. */
	replace(user: Partial<UserProfile> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}', [user.id], { ...options, json: user });
	}

	/** Deactivates: nothing is deleted, sessions end. */
	deactivate(userId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/users/{user_id}', [userId], options);
	}

	setActive(userId: string, active: boolean, options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/active', [userId], { ...options, json: { active } });
	}

	/** `roles` separated by spaces, e.g. `system_user system_admin`. */
	setRoles(userId: string, roles: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/roles', [userId], { ...options, json: { roles } });
	}

	/** An admin needs no `currentPassword` for someone else. */
	setPassword(userId: string, newPassword: string, currentPassword?: string, options?: RequestOptions) {
		const json = { new_password: newPassword, current_password: currentPassword };
		return this.call('PUT /api/v4/users/{user_id}/password', [userId], { ...options, json });
	}

	sendPasswordReset(email: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/password/reset/send', [], { ...options, json: { email } });
	}

	resetPassword(code: string, newPassword: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/password/reset', [], {
			...options,
			json: { code, new_password: newPassword },
		});
	}

	/** `service` '' for e-mail and password. */
	setAuthentication(userId: string, fields: { auth_service: string; auth_data?: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/auth', [userId], { ...options, json: fields });
	}

	setMfa(userId: string, fields: { activate: boolean; code?: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/mfa', [userId], { ...options, json: fields });
	}

	generateMfaSecret(userId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/mfa/generate', [userId], options);
	}

	promoteGuest(userId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/promote', [userId], options);
	}

	demoteToGuest(userId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/demote', [userId], options);
	}

	convertToBot(userId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/convert_to_bot', [userId], options);
	}

	resetFailedAttempts(userId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/reset_failed_attempts', [userId], options);
	}

	verifyEmail(token: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/email/verify', [], { ...options, json: { token } });
	}

	sendVerificationEmail(email: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/email/verify/send', [], { ...options, json: { email } });
	}

	verifyEmailAsAdmin(userId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/email/verify/member', [userId], options);
	}

	/** PNG or JPEG. */
	getImage(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/image', [userId], options);
	}

	getDefaultImage(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/image/default', [userId], options);
	}

	setImage(userId: string, image: Blob, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/image', [userId], { ...options, data: form({ image }) });
	}

	removeImage(userId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/users/{user_id}/image', [userId], options);
	}

	getAudits(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/audits', [userId], options);
	}

	getGroups(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/groups', [userId], options);
	}

	getStats(options?: RequestOptions) {
		return this.call('GET /api/v4/users/stats', [], options);
	}

	getFilteredStats(
		params: {
			in_team?: string;
			in_channel?: string;
			include_deleted?: boolean;
			include_bots?: boolean;
			roles?: string;
		},
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/users/stats/filtered', [], { ...options, params });
	}

	listInvalidEmails(params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/users/invalid_emails', [], params, options);
	}

	getCustomAttributes(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/custom_profile_attributes', [userId], options);
	}

	/** Values by field id. */
	setCustomAttributes(userId: string, values: Record<string, string | string[]>, options?: RequestOptions) {
		return this.call('PATCH /api/v4/users/{user_id}/custom_profile_attributes', [userId], { ...options, json: values });
	}

	/** Tells the others in the channel that you are typing. */
	publishTyping(userId: string, params: { channel_id: string; parent_id?: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/typing', [userId], { ...options, json: params });
	}

	getStatus(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/status', [userId], options);
	}

	/** Signs in; `loginId` is a username or an e-mail address. The token is not used by this `Mattermost`: `mm.as(token)` does. */
	async login(
		loginId: string,
		password: string,
		{ mfaToken, ...options }: RequestOptions & { mfaToken?: string | undefined } = {},
	) {
		if (!loginId || !password) throw new ValidationError('login: loginId and password must not be empty');
		const json = { login_id: loginId, password, token: mfaToken };
		const route = 'POST /api/v4/users/login';
		const answer = await this.connection.answer(route, [], { ...options, json });
		const { token } = answer.headers;
		if (typeof token !== 'string') throw new AnswerError(route, 'the header Token', 'there', 'left out');
		return { user: answer.body, token: new Secret(token) };
	}

	/** Ends the session of this token (a personal access token stays valid). */
	logout(options?: RequestOptions) {
		return this.call('POST /api/v4/users/logout', [], options);
	}
}
