// Buttons, menus and dialogs of integrations.
import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, invalidBody } from '../errors.ts';
import { tellOnly } from '../integrations/command-response.ts';
import { callOut, type Reply } from '../integrations/outside.ts';
import { makeTrigger, triggeredBy } from '../integrations/trigger.ts';
import { demand } from '../permissions.ts';
import { normalProps, postView } from '../post-view.ts';
import { type Route, route } from '../router.ts';
import type { Channel } from '../world/channels.ts';
import type { Post } from '../world/posts.ts';

export const actionRoutes: readonly Route[] = [
	route('POST /api/v4/posts/{post_id}/actions/{action_id}', useAction),

	// No token: the trigger id says for whom.
	route(
		'POST /api/v4/actions/dialogs/open',
		(call) => {
			const fields = call.fields('dialog');
			const url = fields.required('url');
			const triggered = triggeredBy(fields.string('trigger_id'), call.now);
			if (triggered === 'expired') {
				throw new AppError(
					400,
					'interactive_message.decode_trigger_id.expired',
					'Trigger ID for interactive dialog is expired.',
				);
			}
			if (triggered === 'invalid') {
				throw new AppError(
					400,
					'interactive_message.decode_trigger_id.signature_decode',
					'Failed to decode base64 signature of trigger ID for interactive dialog.',
				);
			}
			const dialog = { trigger_id: fields.string('trigger_id'), url, dialog: fields.record('dialog') };
			call.hub.publish('open_dialog', { dialog: JSON.stringify(dialog) }, { user_id: triggered.userId });
			return ok;
		},
		{ open: true },
	),

	route('POST /api/v4/actions/dialogs/submit', (call) => submit(call, 'dialog_submission')),
	route('POST /api/v4/actions/dialogs/lookup', (call) => submit(call, 'dialog_lookup')),
];

interface Action {
	readonly id?: unknown;
	readonly type?: unknown;
	readonly integration?: { readonly url?: unknown; readonly context?: unknown };
}

/** The action with that id in the attachments of a post. */
export function actionOf(post: Pick<Post, 'props'>, id: string): Action | undefined {
	const attachments = Array.isArray(post.props.attachments) ? (post.props.attachments as { actions?: unknown }[]) : [];
	const actions = attachments.flatMap(({ actions }) => (Array.isArray(actions) ? (actions as Action[]) : []));
	return actions.find((action) => action.id === id);
}

async function useAction(call: Call<'post_id' | 'action_id'>): Promise<object> {
	const { site, user, world, params } = call;
	const post = world.posts.get(params.post_id);
	if (!post || post.delete_at > 0) throw new AppError(404, 'app.post.get.app_error', 'Unable to get the post.');
	demand.channel(call, post.channel_id, 'read_channel_content');
	const channel = world.channels.get(post.channel_id);
	const action = actionOf(post, params.action_id);
	const url = action?.integration?.url;
	if (!channel || typeof url !== 'string') {
		throw new AppError(404, 'api.post.do_action.action_id.app_error', 'Invalid action id.');
	}
	const selected = call.body.length === 0 ? '' : call.fields('actionRequest').string('selected_option');
	const triggerId = makeTrigger(user.id, call.now);
	const given = (action?.integration?.context ?? {}) as object;
	const reply = await called(call, url, {
		user_id: user.id,
		user_name: user.username,
		channel_id: channel.id,
		channel_name: channel.name,
		team_id: channel.team_id,
		team_domain: world.teams.get(channel.team_id)?.name ?? '',
		post_id: post.id,
		trigger_id: triggerId,
		type: typeof action?.type === 'string' ? action.type : '',
		data_source: '',
		context: { ...given, ...(selected === '' ? {} : { selected_option: selected }) },
	});
	const answer =
		reply.text === ''
			? {}
			: (parsed(reply.text) as { update?: { message?: unknown; props?: unknown }; ephemeral_text?: unknown });
	if (answer.update) update(call, post, answer.update);
	if (typeof answer.ephemeral_text === 'string' && answer.ephemeral_text !== '') {
		tellOnly(site, { user, channel, root_id: post.root_id || post.id }, answer.ephemeral_text);
	}
	return { ...ok, trigger_id: triggerId };
}

function update(call: Call, post: Post, { message, props }: { message?: unknown; props?: unknown }): void {
	const { world, now, site } = call;
	const isProps = typeof props === 'object' && props !== null;
	world.posts.table.update(post, {
		...(typeof message === 'string' ? { message } : {}),
		...(isProps ? { props: normalProps(props as Record<string, unknown>) } : {}),
		update_at: now,
		edit_at: now,
	});
	call.hub.publish('post_edited', { post: JSON.stringify(postView(site, post)) }, { channel_id: post.channel_id });
}

async function submit(call: Call, type: string): Promise<unknown> {
	const fields = call.fields('dialog');
	const url = fields.string('url');
	if (url === '') throw invalidBody('url');
	const channelId = fields.string('channel_id');
	const channel: Channel | undefined = call.world.channels.get(channelId);
	demand.channel(call, channelId, 'read_channel');
	const reply = await called(call, url, {
		type,
		callback_id: fields.string('callback_id'),
		state: fields.string('state'),
		user_id: call.user.id,
		channel_id: channelId,
		team_id: fields.string('team_id') || channel?.team_id || '',
		submission: fields.record('submission'),
		cancelled: fields.boolean('cancelled'),
	});
	return reply.text === '' ? {} : parsed(reply.text);
}

async function called(call: Call, url: string, body: object): Promise<Reply> {
	const failed = (detail: string) =>
		new AppError(400, 'api.post.do_action.action_integration.app_error', 'Action integration error.', detail);
	const reply = await callOut(call.site.settings, url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', accept: 'application/json' },
		body: JSON.stringify(body),
	}).catch((error: unknown) => {
		throw failed(error instanceof Error ? error.message : String(error));
	});
	if (reply.status !== 200) throw failed(`status=${reply.status}`);
	return reply;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new AppError(
			400,
			'api.post.do_action.action_integration.app_error',
			'Action integration error.',
			'the answer is not JSON',
		);
	}
}
