import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { newId } from '../ids.ts';
import { receiveWebhook } from '../integrations/incoming.ts';
import { demand, mayInTeam } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Channel } from '../world/channels.ts';
import { type IncomingWebhook, present } from '../world/integrations.ts';

export const incomingWebhookRoutes: readonly Route[] = [
	route('POST /hooks/{id}', receiveWebhook, { open: true }),

	route('POST /api/v4/hooks/incoming', (call) => {
		const fields = call.fields('incoming_webhook');
		const channel = channelFor(call, fields.string('channel_id'));
		demandEnabled(call);
		demand.team(call, channel.team_id, 'manage_incoming_webhooks');
		const { now } = call;
		const hook: IncomingWebhook = {
			id: newId(),
			create_at: now,
			update_at: now,
			delete_at: 0,
			user_id: fields.string('user_id') || call.user.id,
			channel_id: channel.id,
			team_id: channel.team_id,
			display_name: fields.string('display_name'),
			description: fields.string('description'),
			username: call.site.settings.usernameOverride ? fields.string('username') : '',
			icon_url: call.site.settings.iconOverride ? fields.string('icon_url') : '',
			channel_locked: fields.boolean('channel_locked'),
		};
		if (hook.user_id !== call.user.id) demand.team(call, channel.team_id, 'manage_others_incoming_webhooks');
		return created(call.world.integrations.incoming.insert(hook));
	}),

	route('GET /api/v4/hooks/incoming', (call) => {
		const teamId = call.asked('team_id');
		const { site, user } = call;
		if (teamId === '') demand.system(call, 'manage_incoming_webhooks');
		else demand.team(call, teamId, 'manage_incoming_webhooks');
		const seesAll = mayInTeam(site, user.id, teamId, 'manage_others_incoming_webhooks');
		const { from, to } = call.page();
		const hooks = present(call.world.integrations.incoming)
			.filter((hook) => teamId === '' || hook.team_id === teamId)
			.filter((hook) => seesAll || hook.user_id === user.id);
		if (!call.flag('include_total_count')) return hooks.slice(from, to);
		return { incoming_webhooks: hooks.slice(from, to), total_count: hooks.length };
	}),

	route('GET /api/v4/hooks/incoming/{hook_id}', (call) => managed(call)),

	route('PUT /api/v4/hooks/incoming/{hook_id}', (call) => {
		const fields = call.fields('incoming_webhook');
		demandEnabled(call);
		const hook = managed(call);
		const channel = channelFor(call, fields.string('channel_id') || hook.channel_id);
		if (channel.team_id !== hook.team_id) throw forbidden();
		return call.world.integrations.incoming.update(hook, { ...described(call, fields, hook), channel_id: channel.id });
	}),

	route('DELETE /api/v4/hooks/incoming/{hook_id}', (call) => {
		const hook = managed(call);
		call.world.integrations.incoming.update(hook, { delete_at: call.now, update_at: call.now });
		return ok;
	}),
];

function described({ site, now }: Call, fields: Fields, hook: IncomingWebhook): Partial<IncomingWebhook> {
	return {
		display_name: fields.string('display_name'),
		description: fields.string('description'),
		username: site.settings.usernameOverride ? fields.string('username') : hook.username,
		icon_url: site.settings.iconOverride ? fields.string('icon_url') : hook.icon_url,
		channel_locked: fields.boolean('channel_locked'),
		update_at: now,
	};
}

function demandEnabled({ site }: Call): void {
	if (site.settings.incomingWebhooks) return;
	throw new AppError(
		501,
		'api.incoming_webhook.disabled.app_error',
		'Incoming webhooks have been disabled by the system admin.',
	);
}

/** A channel that posts of a hook may go to: one that the hook's maker may read. */
function channelFor(call: Call, channelId: string): Channel {
	const channel = call.world.channels.get(channelId);
	if (!channel) throw new AppError(404, 'app.channel.get.existing.app_error', 'Unable to find the existing channel.');
	if (channel.type !== 'O') demand.channel(call, channel.id, 'read_channel');
	return channel;
}

function managed(call: Call<'hook_id'>): IncomingWebhook {
	const hook = call.world.integrations.incoming.get(call.params.hook_id);
	if (!hook || hook.delete_at > 0)
		throw new AppError(404, 'app.webhooks.get_incoming.app_error', 'Unable to get the webhook.');
	demand.team(call, hook.team_id, 'manage_incoming_webhooks');
	if (hook.user_id !== call.user.id) demand.team(call, hook.team_id, 'manage_others_incoming_webhooks');
	return hook;
}
