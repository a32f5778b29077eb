import type { RequestOptions } from '@matterkit/http';
import { type PageParams, Resource } from './resource.ts';

/** Personal access tokens. A server with default settings has them switched off (501). */
export class Tokens extends Resource {
	/** An admin may make one for someone else. `token` is in this answer only; it never expires. */
	create(userId: string, description: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/tokens', [userId], { ...options, json: { description } });
	}

	list(userId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/users/{user_id}/tokens', [userId], params, options);
	}

	listAll(params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/users/tokens', [], params, options);
	}

	get(tokenId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/tokens/{token_id}', [tokenId], options);
	}

	/** By token id, user id or username. */
	search(term: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/tokens/search', [], { ...options, json: { term } });
	}

	/** Takes the id of the token, not the token. */
	revoke(tokenId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/tokens/revoke', [], { ...options, json: { token_id: tokenId } });
	}

	disable(tokenId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/tokens/disable', [], { ...options, json: { token_id: tokenId } });
	}

	enable(tokenId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/tokens/enable', [], { ...options, json: { token_id: tokenId } });
	}
}
