import type { RequestOptions } from '@matterkit/http';
import type { OAuthApp, OutgoingOAuthConnection } from '@mattermost/types/integrations';
import { type PageParams, Resource } from './resource.ts';

/** Programs that sign users in with Mattermost, and connections by which Mattermost signs in elsewhere. */
export class OAuth extends Resource {
	createApp(
		app: Partial<OAuthApp> & { name: string; callback_urls: string[]; homepage: string },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/oauth/apps', [], { ...options, json: app });
	}

	listApps(params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/oauth/apps', [], params, options);
	}

	getApp(appId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/oauth/apps/{app_id}', [appId], options);
	}

	/** What anyone may know of it. */
	getAppInfo(appId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/oauth/apps/{app_id}/info', [appId], options);
	}

	/** Replaces the whole app. */
	updateApp(app: Partial<OAuthApp> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/oauth/apps/{app_id}', [app.id], { ...options, json: app });
	}

	deleteApp(appId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/oauth/apps/{app_id}', [appId], options);
	}

	regenerateSecret(appId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/oauth/apps/{app_id}/regen_secret', [appId], options);
	}

	/** Apps that a user has let in. */
	listAuthorized(userId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/users/{user_id}/oauth/apps/authorized', [userId], params, options);
	}

	createConnection(
		connection: Partial<OutgoingOAuthConnection> & { name: string; oauth_token_url: string },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/oauth/outgoing_connections', [], { ...options, json: connection });
	}

	listConnections(
		params?: { team_id?: string; from_id?: string; limit?: number; audience?: string },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/oauth/outgoing_connections', [], { ...options, params: { ...params } });
	}

	getConnection(connectionId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/oauth/outgoing_connections/{outgoing_oauth_connection_id}', [connectionId], options);
	}

	updateConnection(connection: Partial<OutgoingOAuthConnection> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/oauth/outgoing_connections/{outgoing_oauth_connection_id}', [connection.id], {
			...options,
			json: connection,
		});
	}

	deleteConnection(connectionId: string, options?: RequestOptions) {
		return this.call(
			'DELETE /api/v4/oauth/outgoing_connections/{outgoing_oauth_connection_id}',
			[connectionId],
			options,
		);
	}
}
