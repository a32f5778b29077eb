import type { RequestOptions } from '@matterkit/http';
import type { Compliance as Report } from '@mattermost/types/compliance';
import { type PageParams, Resource } from './resource.ts';

/** Reports, retention and terms: what the law asks for. */
export class Compliance extends Resource {
	createReport(report: Partial<Report> & { desc: string; start_at: number; end_at: number }, options?: RequestOptions) {
		return this.call('POST /api/v4/compliance/reports', [], { ...options, json: report });
	}

	listReports(params?: PageParams, options?: RequestOptions) {
		return this.pages('GET /api/v4/compliance/reports', [], params, options);
	}

	getReport(reportId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/compliance/reports/{report_id}', [reportId], options);
	}

	downloadReport(reportId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/compliance/reports/{report_id}/download', [reportId], options);
	}

	getRetentionPolicy(options?: RequestOptions) {
		return this.call('GET /api/v4/data_retention/policy', [], options);
	}

	listRetentionPolicies(params?: PageParams, options?: RequestOptions) {
		return this.call('GET /api/v4/data_retention/policies', [], { ...options, params: { ...params } });
	}

	getRetentionPolicyById(policyId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/data_retention/policies/{policy_id}', [policyId], options);
	}

	getTermsOfService(options?: RequestOptions) {
		return this.call('GET /api/v4/terms_of_service', [], options);
	}

	createTermsOfService(text: string, options?: RequestOptions) {
		return this.call('POST /api/v4/terms_of_service', [], { ...options, json: { text } });
	}

	getAcceptedTerms(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/terms_of_service', [userId], options);
	}

	acceptTerms(userId: string, termsId: string, accepted: boolean, options?: RequestOptions) {
		const json = { termsOfServiceId: termsId, accepted };
		return this.call('POST /api/v4/users/{user_id}/terms_of_service', [userId], { ...options, json });
	}
}
