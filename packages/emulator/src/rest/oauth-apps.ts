import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, invalidBody } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { newId } from '../ids.ts';
import { demand, mayInSystem } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { OAuthApp } from '../world/administration.ts';

export const oauthAppRoutes: readonly Route[] = [
	route('POST /api/v4/oauth/apps', (call) => {
		const fields = call.fields('oauth_app');
		demand.system(call, 'manage_oauth');
		const { now } = call;
		const app: OAuthApp = {
			id: newId(),
			creator_id: call.user.id,
			create_at: now,
			update_at: now,
			client_secret: newId(),
			...described(call, fields),
		};
		check(app);
		return created(view(call.world.administration.apps.insert(app)));
	}),

	route('GET /api/v4/oauth/apps', (call) => {
		demand.system(call, 'manage_oauth');
		const seesAll = mayInSystem(call.site, call.user.id, 'manage_system_wide_oauth');
		const { from, to } = call.page();
		return [...call.world.administration.apps.values()]
			.filter((app) => seesAll || app.creator_id === call.user.id)
			.slice(from, to)
			.map(view);
	}),

	route('GET /api/v4/oauth/apps/{app_id}', (call) => view(managed(call))),

	route('GET /api/v4/oauth/apps/{app_id}/info', (call) => {
		const app = appWith(call);
		// What everybody may see: enough to say yes or no to the application.
		return view({ ...app, creator_id: '', client_secret: '', callback_urls: [] });
	}),

	route('PUT /api/v4/oauth/apps/{app_id}', (call) => {
		const fields = call.fields('oauth_app');
		const app = managed(call);
		if (fields.string('id') !== app.id) throw invalidBody('app_id');
		const changed = { ...app, ...described(call, fields), update_at: call.now };
		check(changed);
		return view(call.world.administration.apps.update(app, changed));
	}),

	route('POST /api/v4/oauth/apps/{app_id}/regen_secret', (call) =>
		view(call.world.administration.apps.update(managed(call), { client_secret: newId(), update_at: call.now })),
	),

	route('DELETE /api/v4/oauth/apps/{app_id}', (call) => {
		call.world.administration.apps.delete(managed(call));
		return ok;
	}),
];

const described = ({ site, user }: Call, fields: Fields) => ({
	name: fields.string('name'),
	description: fields.string('description'),
	icon_url: fields.string('icon_url'),
	callback_urls: fields.strings('callback_urls'),
	homepage: fields.string('homepage'),
	// Trusted applications ask nobody: only an administrator may say so.
	is_trusted: mayInSystem(site, user.id, 'manage_system') && fields.boolean('is_trusted'),
});

function check({ name, callback_urls, homepage }: OAuthApp): void {
	const invalid = (what: string) => new AppError(400, `model.oauth.is_valid.${what}.app_error`, `Invalid ${what}.`);
	if (name === '' || name.length > 64) throw invalid('name');
	if (callback_urls.length === 0 || !callback_urls.every((url) => URL.canParse(url))) throw invalid('callback');
	if (!/^https?:\/\//.test(homepage)) throw invalid('homepage');
}

function appWith({ world, params }: Call<'app_id'>): OAuthApp {
	const app = world.administration.apps.get(params.app_id);
	if (!app) throw new AppError(404, 'app.oauth.get_app.find.app_error', 'Unable to find the existing app.');
	return app;
}

function managed(call: Call<'app_id'>): OAuthApp {
	demand.system(call, 'manage_oauth');
	const app = appWith(call);
	if (app.creator_id !== call.user.id) demand.system(call, 'manage_system_wide_oauth');
	return app;
}

const view = ({ id, creator_id, create_at, update_at, client_secret, ...rest }: OAuthApp) => ({
	id,
	creator_id,
	create_at,
	update_at,
	client_secret,
	...rest,
	mattermost_app_id: '',
});
