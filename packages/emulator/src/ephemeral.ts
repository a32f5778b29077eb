import { newId } from './ids.ts';
import { normalProps, postView } from './post-view.ts';
import type { Site } from './site.ts';

export interface EphemeralPost {
	/** Id of the only user who sees it. */
	readonly to: string;
	/** Id of its author. */
	readonly from: string;
	readonly channel_id: string;
	readonly root_id?: string;
	readonly message: string;
	readonly props?: Readonly<Record<string, unknown>>;
}

/** A message that one user sees as long as the client shows it: it is not kept. @returns it as answers have it */
export function postEphemeral(site: Site, { to, from, channel_id, root_id = '', message, props = {} }: EphemeralPost) {
	const view = postView(site, {
		id: newId(),
		create_at: site.clock.now(),
		update_at: 0,
		edit_at: 0,
		delete_at: 0,
		is_pinned: false,
		user_id: from,
		channel_id,
		root_id,
		original_id: '',
		message,
		type: 'system_ephemeral',
		props: normalProps(props),
		hashtags: '',
		file_ids: null,
	});
	site.hub.publish('ephemeral_message', { post: JSON.stringify(view) }, { user_id: to, channel_id });
	return view;
}
