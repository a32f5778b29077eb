import type { RequestOptions } from '@matterkit/http';
import type { AdminConfig } from '@mattermost/types/config';
import { form, Resource } from './resource.ts';

/** Settings of the server, and its licence. */
export class Config extends Resource {
	/** Every setting; secrets are masked. For system admins. */
	get(params?: { remove_masked?: boolean; remove_defaults?: boolean }, options?: RequestOptions) {
		return this.call('GET /api/v4/config', [], { ...options, params: { ...params } });
	}

	/** Replaces all settings. */
	replace(config: AdminConfig, options?: RequestOptions) {
		return this.call('PUT /api/v4/config', [], { ...options, json: config });
	}

	/** Changes the given settings only. */
	update(config: { [Section in keyof AdminConfig]?: Partial<AdminConfig[Section]> }, options?: RequestOptions) {
		return this.call('PUT /api/v4/config/patch', [], { ...options, json: config });
	}

	reload(options?: RequestOptions) {
		return this.call('POST /api/v4/config/reload', [], options);
	}

	/** What clients should know; more of it with a token. */
	getForClients(options?: RequestOptions) {
		return this.call('GET /api/v4/config/client', [], { ...options, params: { format: 'old' } });
	}

	/** Which settings come from environment variables. */
	getFromEnvironment(options?: RequestOptions) {
		return this.call('GET /api/v4/config/environment', [], options);
	}

	getLicense(options?: RequestOptions) {
		return this.call('GET /api/v4/license/client', [], { ...options, params: { format: 'old' } });
	}

	setLicense(license: Blob, options?: RequestOptions) {
		return this.call('POST /api/v4/license', [], { ...options, data: form({ license }) });
	}

	removeLicense(options?: RequestOptions) {
		return this.call('DELETE /api/v4/license', [], options);
	}
}
