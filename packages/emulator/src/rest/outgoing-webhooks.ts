import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { newId } from '../ids.ts';
import { demand, mayInTeam } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { type OutgoingWebhook, present } from '../world/integrations.ts';

export const outgoingWebhookRoutes: readonly Route[] = [
	route('POST /api/v4/hooks/outgoing', (call) => {
		const fields = call.fields('outgoing_webhook');
		const teamId = fields.string('team_id');
		demandEnabled(call);
		demand.team(call, teamId, 'manage_outgoing_webhooks');
		const { now } = call;
		const hook: OutgoingWebhook = {
			id: newId(),
			token: newId(),
			create_at: now,
			update_at: now,
			delete_at: 0,
			creator_id: call.user.id,
			team_id: teamId,
			...described(fields),
		};
		check(call, hook);
		return created(view(call.world.integrations.outgoing.insert(hook)));
	}),

	route('GET /api/v4/hooks/outgoing', (call) => {
		const channelId = call.asked('channel_id');
		const channel = call.world.channels.get(channelId);
		const teamId = channel?.team_id ?? call.asked('team_id');
		const { site, user } = call;
		if (teamId === '') demand.system(call, 'manage_outgoing_webhooks');
		else demand.team(call, teamId, 'manage_outgoing_webhooks');
		const seesAll = mayInTeam(site, user.id, teamId, 'manage_others_outgoing_webhooks');
		const { from, to } = call.page();
		return present(call.world.integrations.outgoing)
			.filter((hook) => teamId === '' || hook.team_id === teamId)
			.filter((hook) => channelId === '' || hook.channel_id === channelId)
			.filter((hook) => seesAll || hook.creator_id === user.id)
			.slice(from, to)
			.map(view);
	}),

	route('GET /api/v4/hooks/outgoing/{hook_id}', (call) => view(managed(call))),

	route('PUT /api/v4/hooks/outgoing/{hook_id}', (call) => {
		const fields = call.fields('outgoing_webhook');
		demandEnabled(call);
		const hook = managed(call);
		const changed = { ...hook, ...described(fields), update_at: call.now };
		check(call, changed);
		return view(call.world.integrations.outgoing.update(hook, changed));
	}),

	route('POST /api/v4/hooks/outgoing/{hook_id}/regen_token', (call) =>
		view(call.world.integrations.outgoing.update(managed(call), { token: newId(), update_at: call.now })),
	),

	route('DELETE /api/v4/hooks/outgoing/{hook_id}', (call) => {
		call.world.integrations.outgoing.update(managed(call), { delete_at: call.now, update_at: call.now });
		return ok;
	}),
];

const view = (hook: OutgoingWebhook) => ({
	id: hook.id,
	token: hook.token,
	create_at: hook.create_at,
	update_at: hook.update_at,
	delete_at: hook.delete_at,
	creator_id: hook.creator_id,
	channel_id: hook.channel_id,
	team_id: hook.team_id,
	trigger_words: hook.trigger_words,
	trigger_when: hook.trigger_when,
	callback_urls: hook.callback_urls,
	display_name: hook.display_name,
	description: hook.description,
	content_type: hook.content_type,
	username: hook.username,
	icon_url: hook.icon_url,
});

const described = (fields: Fields) => ({
	channel_id: fields.string('channel_id'),
	trigger_words: fields.strings('trigger_words'),
	trigger_when: fields.number('trigger_when'),
	callback_urls: fields.strings('callback_urls'),
	display_name: fields.string('display_name'),
	description: fields.string('description'),
	content_type: fields.string('content_type'),
	username: fields.string('username'),
	icon_url: fields.string('icon_url'),
});

/** A webhook needs somewhere to call, and a public channel or words that call it; no two may share both. */
function check(call: Call, hook: OutgoingWebhook): void {
	if (hook.callback_urls.length === 0 || !hook.callback_urls.every(isHttp)) {
		throw new AppError(400, 'model.outgoing_hook.is_valid.callback.app_error', 'Invalid callback URLs.');
	}
	if (hook.channel_id !== '') {
		const channel = call.world.channels.get(hook.channel_id);
		if (channel?.type !== 'O') {
			throw new AppError(
				403,
				'api.outgoing_webhook.disabled.app_error',
				'Outgoing webhooks can only be created for public channels.',
			);
		}
		if (channel.team_id !== hook.team_id) {
			throw new AppError(
				403,
				'api.webhook.create_outgoing.permissions.app_error',
				'Invalid permissions to create outgoing webhook.',
			);
		}
	} else if (hook.trigger_words.length === 0) {
		throw new AppError(
			400,
			'api.webhook.create_outgoing.triggers.app_error',
			'Either trigger_words or channel_id must be set.',
		);
	}
	for (const other of call.world.integrations.outgoingOf(hook.team_id)) {
		const sharesWord = other.trigger_words.some((word) => hook.trigger_words.includes(word));
		const sharesUrl = other.callback_urls.some((url) => hook.callback_urls.includes(url));
		if (other.id === hook.id || other.channel_id !== hook.channel_id || !sharesWord || !sharesUrl) continue;
		throw new AppError(
			500,
			'api.webhook.create_outgoing.intersect.app_error',
			'Outgoing webhooks from the same channel cannot have the same trigger words/callback URLs.',
		);
	}
}

function isHttp(url: string): boolean {
	return /^https?:/i.test(url) && URL.canParse(url);
}

function demandEnabled({ site }: Call): void {
	if (site.settings.outgoingWebhooks) return;
	throw new AppError(
		501,
		'api.outgoing_webhook.disabled.app_error',
		'Outgoing webhooks have been disabled by the system admin.',
	);
}

function managed(call: Call<'hook_id'>): OutgoingWebhook {
	const hook = call.world.integrations.outgoing.get(call.params.hook_id);
	if (!hook || hook.delete_at > 0)
		throw new AppError(404, 'app.webhooks.get_outgoing.app_error', 'Unable to get the webhook.');
	demand.team(call, hook.team_id, 'manage_outgoing_webhooks');
	if (hook.creator_id !== call.user.id) demand.team(call, hook.team_id, 'manage_others_outgoing_webhooks');
	return hook;
}
