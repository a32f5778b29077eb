import type { RequestOptions } from '@matterkit/http';
import type { AdminConfig } from '@mattermost/types/config';
import { form, type PageParams, Resource } from './resource.ts';

/** The server itself: mostly for system admins. */
export class System extends Resource {
	ping(
		params?: { get_server_status?: boolean; device_id?: string; use_rest_semantics?: boolean },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/system/ping', [], { ...options, params: { ...params } });
	}

	getTimezones(options?: RequestOptions) {
		return this.call('GET /api/v4/system/timezones', [], options);
	}

	getLimits(options?: RequestOptions) {
		return this.call('GET /api/v4/limits/server', [], options);
	}

	getLatestVersion(options?: RequestOptions) {
		return this.call('GET /api/v4/latest_version', [], options);
	}

	getSchemaVersion(options?: RequestOptions) {
		return this.call('GET /api/v4/system/schema/version', [], options);
	}

	/** A zip file with logs and settings. */
	getSupportPacket(options?: RequestOptions) {
		return this.call('GET /api/v4/system/support_packet', [], options);
	}

	getNotices(
		teamId: string,
		params: { client: string; clientVersion: string; locale?: string },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/system/notices/{team_id}', [teamId], { ...options, params });
	}

	markNoticesViewed(noticeIds: readonly string[], options?: RequestOptions) {
		return this.call('PUT /api/v4/system/notices/view', [], { ...options, json: noticeIds });
	}

	getAnalytics(params?: { name?: string; team_id?: string }, options?: RequestOptions) {
		return this.call('GET /api/v4/analytics/old', [], { ...options, params: { ...params } });
	}

	getAudits(params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/audits', [], params, options);
	}

	getLogs(params?: { page?: number; logs_per_page?: number }, options?: RequestOptions) {
		return this.call('GET /api/v4/logs', [], { ...options, params: { ...params } });
	}

	downloadLogs(options?: RequestOptions) {
		return this.call('GET /api/v4/logs/download', [], options);
	}

	/** Writes a line into the server's log. */
	log(entry: { level: 'ERROR' | 'WARN' | 'INFO' | 'DEBUG'; message: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/logs', [], { ...options, json: entry });
	}

	getClusterStatus(options?: RequestOptions) {
		return this.call('GET /api/v4/cluster/status', [], options);
	}

	invalidateCaches(options?: RequestOptions) {
		return this.call('POST /api/v4/caches/invalidate', [], options);
	}

	recycleDatabase(options?: RequestOptions) {
		return this.call('POST /api/v4/database/recycle', [], options);
	}

	testEmail(config?: Partial<AdminConfig>, options?: RequestOptions) {
		return this.call('POST /api/v4/email/test', [], { ...options, json: config });
	}

	testFileStore(config?: Partial<AdminConfig>, options?: RequestOptions) {
		return this.call('POST /api/v4/file/s3_test', [], { ...options, json: config });
	}

	testSiteUrl(siteUrl: string, options?: RequestOptions) {
		return this.call('POST /api/v4/site_url/test', [], { ...options, json: { site_url: siteUrl } });
	}

	testElasticsearch(config?: Partial<AdminConfig>, options?: RequestOptions) {
		return this.call('POST /api/v4/elasticsearch/test', [], { ...options, json: config });
	}

	purgeElasticsearch(options?: RequestOptions) {
		return this.call('POST /api/v4/elasticsearch/purge_indexes', [], options);
	}

	syncLdap(options?: RequestOptions) {
		return this.call('POST /api/v4/ldap/sync', [], options);
	}

	testLdap(options?: RequestOptions) {
		return this.call('POST /api/v4/ldap/test', [], options);
	}

	getSamlMetadata(options?: RequestOptions) {
		return this.call('GET /api/v4/saml/metadata', [], options);
	}

	getSamlCertificateStatus(options?: RequestOptions) {
		return this.call('GET /api/v4/saml/certificate/status', [], options);
	}

	restart(options?: RequestOptions) {
		return this.call('POST /api/v4/restart', [], options);
	}

	/** Is the server shedding load: are searches and the like refused? */
	getBusy(options?: RequestOptions) {
		return this.call('GET /api/v4/server_busy', [], options);
	}

	setBusy(params: { seconds: number }, options?: RequestOptions) {
		return this.call('POST /api/v4/server_busy', [], { ...options, params });
	}

	clearBusy(options?: RequestOptions) {
		return this.call('DELETE /api/v4/server_busy', [], options);
	}

	getPostsUsage(options?: RequestOptions) {
		return this.call('GET /api/v4/usage/posts', [], options);
	}

	getStorageUsage(options?: RequestOptions) {
		return this.call('GET /api/v4/usage/storage', [], options);
	}

	getTeamsUsage(options?: RequestOptions) {
		return this.call('GET /api/v4/usage/teams', [], options);
	}

	/** Where a shortened link leads. */
	async getRedirectLocation(url: string, options?: RequestOptions) {
		return (await this.call('GET /api/v4/redirect_location', [], { ...options, params: { url } })).location;
	}

	getBrandImage(options?: RequestOptions) {
		return this.call('GET /api/v4/brand/image', [], options);
	}

	setBrandImage(image: Blob, options?: RequestOptions) {
		return this.call('POST /api/v4/brand/image', [], { ...options, data: form({ image }) });
	}

	removeBrandImage(options?: RequestOptions) {
		return this.call('DELETE /api/v4/brand/image', [], options);
	}
}
