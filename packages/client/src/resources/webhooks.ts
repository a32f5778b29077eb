import type { RequestOptions } from '@matterkit/http';
import type { IncomingWebhook, OutgoingWebhook } from '@mattermost/types/integrations';
import { type PageParams, Resource } from './resource.ts';

/** Webhooks that post what they are sent. Their id is the secret of their address. */
export class IncomingWebhooks extends Resource {
	create(hook: Partial<IncomingWebhook> & { channel_id: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/hooks/incoming', [], { ...options, json: hook });
	}

	list(params?: PageParams & { team_id?: string }, options?: RequestOptions) {
		return this.pages('GET /api/v4/hooks/incoming', [], params, options);
	}

	get(hookId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/hooks/incoming/{hook_id}', [hookId], options);
	}

	/** Replaces the whole webhook. */
	update(hook: Partial<IncomingWebhook> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/hooks/incoming/{hook_id}', [hook.id], { ...options, json: hook });
	}

	delete(hookId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/hooks/incoming/{hook_id}', [hookId], options);
	}
}

/** Webhooks that call you when something is posted. */
export class OutgoingWebhooks extends Resource {
	create(
		hook: Partial<OutgoingWebhook> & { team_id: string; display_name: string; callback_urls: string[] },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/hooks/outgoing', [], { ...options, json: hook });
	}

	list(params?: PageParams & { team_id?: string; channel_id?: string }, options?: RequestOptions) {
		return this.pages('GET /api/v4/hooks/outgoing', [], params, options);
	}

	get(hookId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/hooks/outgoing/{hook_id}', [hookId], options);
	}

	/** Replaces the whole webhook. */
	update(hook: Partial<OutgoingWebhook> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/hooks/outgoing/{hook_id}', [hook.id], { ...options, json: hook });
	}

	delete(hookId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/hooks/outgoing/{hook_id}', [hookId], options);
	}

	regenerateToken(hookId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/hooks/outgoing/{hook_id}/regen_token', [hookId], options);
	}
}
