import type { RequestOptions } from '@matterkit/http';
import type { Scheme, SchemePatch, SchemeScope } from '@mattermost/types/schemes';
import { orNull, type PageParams, Resource } from './resource.ts';

/** Roles, and what they permit. */
export class Roles extends Resource {
	list(options?: RequestOptions) {
		return this.call('GET /api/v4/roles', [], options);
	}

	get(roleId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/roles/{role_id}', [roleId], options);
	}

	/** null: no role of that name. */
	getByName(name: string, options?: RequestOptions) {
		return orNull(this.call('GET /api/v4/roles/name/{role_name}', [name], options));
	}

	getByNames(names: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/roles/names', [], { ...options, json: names });
	}

	update(roleId: string, fields: { permissions: string[] }, options?: RequestOptions) {
		return this.call('PUT /api/v4/roles/{role_id}/patch', [roleId], { ...options, json: fields });
	}

	/** The given permissions and those which they bring with them. */
	getAncillaryPermissions(permissions: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/permissions/ancillary', [], { ...options, json: permissions });
	}
}

/** Sets of roles for teams and channels. */
export class Schemes extends Resource {
	create(
		scheme: Partial<Scheme> & { name: string; display_name: string; scope: SchemeScope },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/schemes', [], { ...options, json: scheme });
	}

	list(params?: PageParams & { scope?: SchemeScope }, options?: RequestOptions) {
		return this.pages('GET /api/v4/schemes', [], params, options);
	}

	get(schemeId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/schemes/{scheme_id}', [schemeId], options);
	}

	update(schemeId: string, fields: SchemePatch & { display_name?: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/schemes/{scheme_id}/patch', [schemeId], { ...options, json: fields });
	}

	delete(schemeId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/schemes/{scheme_id}', [schemeId], options);
	}

	getTeams(schemeId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/schemes/{scheme_id}/teams', [schemeId], params, options);
	}

	getChannels(schemeId: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/schemes/{scheme_id}/channels', [schemeId], params, options);
	}
}
