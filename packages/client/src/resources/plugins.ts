import type { RequestOptions } from '@matterkit/http';
import { form, type PageParams, Resource } from './resource.ts';

export class Plugins extends Resource {
	list(options?: RequestOptions) {
		return this.call('GET /api/v4/plugins', [], options);
	}

	getStatuses(options?: RequestOptions) {
		return this.call('GET /api/v4/plugins/statuses', [], options);
	}

	listWebapp(options?: RequestOptions) {
		return this.call('GET /api/v4/plugins/webapp', [], options);
	}

	/** `plugin`: the bundle, a .tar.gz. */
	install(plugin: Blob, params?: { force?: boolean }, options?: RequestOptions) {
		const data = form({ plugin, ...(params?.force ? { force: 'true' } : {}) });
		return this.call('POST /api/v4/plugins', [], { ...options, data });
	}

	installFromUrl(url: string, params?: { force?: boolean }, options?: RequestOptions) {
		return this.call('POST /api/v4/plugins/install_from_url', [], {
			...options,
			params: { ...params, plugin_download_url: url },
		});
	}

	remove(pluginId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/plugins/{plugin_id}', [pluginId], options);
	}

	enable(pluginId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/plugins/{plugin_id}/enable', [pluginId], options);
	}

	disable(pluginId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/plugins/{plugin_id}/disable', [pluginId], options);
	}

	listMarketplace(
		params?: PageParams & { filter?: string; local_only?: boolean; server_version?: string },
		options?: RequestOptions,
	) {
		return this.pages('GET /api/v4/plugins/marketplace', [], params, options);
	}

	installFromMarketplace(plugin: { id: string; version?: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/plugins/marketplace', [], { ...options, json: plugin });
	}
}
