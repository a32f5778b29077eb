import type { RequestOptions } from '@matterkit/http';
import { type PageParams, Resource } from './resource.ts';

/** Work that the server does in the background. */
export class Jobs extends Resource {
	create(job: { type: string; data?: Record<string, string> }, options?: RequestOptions) {
		return this.call('POST /api/v4/jobs', [], { ...options, json: job });
	}

	list(params?: PageParams & { job_type?: string; status?: string }, options?: RequestOptions) {
		return this.pages('GET /api/v4/jobs', [], params, options);
	}

	listByType(type: string, params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/jobs/type/{job_type}', [type], params, options);
	}

	get(jobId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/jobs/{job_id}', [jobId], options);
	}

	cancel(jobId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/jobs/{job_id}/cancel', [jobId], options);
	}

	setStatus(jobId: string, status: string, params?: { force?: boolean }, options?: RequestOptions) {
		return this.call('PATCH /api/v4/jobs/{job_id}/status', [jobId], { ...options, json: { ...params, status } });
	}

	/** What an export job made. */
	download(jobId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/jobs/{job_id}/download', [jobId], options);
	}
}
