import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { TermsOfService } from '../world/administration.ts';

/** Code points of the terms at most. */
const limit = 16_383;

export const termsOfServiceRoutes: readonly Route[] = [
	route('GET /api/v4/terms_of_service', (call) => latest(call)),

	route('POST /api/v4/terms_of_service', (call) => {
		demandLicense(call);
		demand.system(call, 'manage_system');
		const text = call.fields('text').string('text');
		if (text.trim() === '' || [...text].length > limit) throw invalidBody('text');
		const { terms } = call.world.administration;
		const [last] = [...terms.values()].slice(-1);
		// The same words again are no new terms.
		if (last?.text === text) return last;
		return terms.insert({ id: newId(), create_at: call.now, user_id: call.user.id, text });
	}),

	route('GET /api/v4/users/{user_id}/terms_of_service', (call) => {
		const accepted = call.world.administration.accepted.get(own(call));
		if (!accepted)
			throw new AppError(404, 'app.user_terms_of_service.get_by_user.no_rows.app_error', 'No terms of service found.');
		return accepted;
	}),

	route('POST /api/v4/users/{user_id}/terms_of_service', (call) => {
		const userId = own(call);
		const fields = call.fields('termsOfService');
		const termsId = fields.required('serviceTermsId');
		const { terms, accepted } = call.world.administration;
		if (!terms.get(termsId)) throw noTerms();
		const before = accepted.get(userId);
		if (!fields.boolean('accepted')) {
			if (before) accepted.delete(before);
			return ok;
		}
		const words = { terms_of_service_id: termsId, create_at: call.now };
		if (before) accepted.update(before, words);
		else accepted.insert({ user_id: userId, ...words });
		return ok;
	}),
];

const noTerms = () => new AppError(404, 'app.terms_of_service.get.no_rows.app_error', 'No terms of service found.');

function latest({ world }: Call): TermsOfService {
	const [last] = [...world.administration.terms.values()].slice(-1);
	if (!last) throw noTerms();
	return last;
}

function demandLicense({ site }: Call): void {
	if (!site.settings.licensed)
		throw new AppError(
			400,
			'api.create_terms_of_service.custom_terms_of_service_disabled.app_error',
			'Custom terms of service feature is disabled.',
		);
}

function own({ params, user }: Call<'user_id'>): string {
	if (params.user_id !== user.id) throw forbidden();
	return user.id;
}
