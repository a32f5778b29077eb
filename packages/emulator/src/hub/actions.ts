// What a client may ask for over its WebSocket.
import { AppError } from '../errors.ts';
import { mayInChannel } from '../permissions.ts';
import type { Site } from '../site.ts';
import { setOnline, setStatus, statusOf } from '../status.ts';
import { version } from '../version.ts';
import type { Connection } from './connection.ts';
import type { ClientFrame } from './socket.ts';

type Action = (site: Site, connection: Connection, data: ClientFrame['data']) => object | undefined;

const invalid = (name: string) =>
	new AppError(400, 'api.websocket_handler.invalid_param.app_error', `Invalid ${name} parameter.`);

const actions: Readonly<Record<string, Action>> = {
	ping: ({ clock }) => ({ node_id: '', server_time: clock.now(), text: 'pong', version }),

	user_typing(site, { userId }, { channel_id: channelId, parent_id: parentId }) {
		if (typeof channelId !== 'string' || channelId.length !== 26) throw invalid('channel_id');
		if (!mayInChannel(site, userId, channelId, 'create_post')) throw invalid('channel_id');
		publishTyping(site, userId, channelId, typeof parentId === 'string' ? parentId : '');
		return undefined;
	},

	user_update_active_status(site, { userId }, { user_is_active: active, manual }) {
		if (typeof active !== 'boolean') throw invalid('user_is_active');
		const byHand = manual === true;
		const status = statusOf(site, userId);
		if (status.manual && !byHand) return undefined;
		if (active) setOnline(site, userId);
		else setStatus(site, userId, { status: 'away', manual: byHand });
		return undefined;
	},

	get_statuses(site) {
		const statuses: Record<string, string> = {};
		for (const { user_id, status } of site.world.statuses.table.values()) statuses[user_id] = status;
		return statuses;
	},

	get_statuses_by_ids(site, _connection, { user_ids: ids }) {
		if (!Array.isArray(ids) || ids.length === 0) throw invalid('user_ids');
		return Object.fromEntries(ids.map((id: unknown) => [String(id), statusOf(site, String(id)).status]));
	},

	presence(_site, connection, { channel_id: channelId, thread_channel_id: threadChannelId }) {
		connection.presence = {
			channelId: typeof channelId === 'string' ? channelId : (connection.presence?.channelId ?? ''),
			threadChannelId: typeof threadChannelId === 'string' ? threadChannelId : '',
		};
		return undefined;
	},

	posted_notify_ack: () => undefined,
};

/** Answers a frame of an authenticated connection. */
export function act(site: Site, connection: Connection, { seq, action, data }: ClientFrame): void {
	// A second challenge gets no answer at all.
	if (action === 'authentication_challenge') return;
	try {
		const answer = perform(site, connection, { seq, action, data });
		connection.reply({ status: 'OK', seq_reply: seq, ...(answer ? { data: answer } : {}) });
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		connection.reply({ status: 'FAIL', seq_reply: seq, error });
	}
}

function perform(site: Site, connection: Connection, { seq, action, data }: ClientFrame): object | undefined {
	if (!site.hub.isAuthenticated(connection)) {
		throw new AppError(
			401,
			'api.web_socket_router.not_authenticated.app_error',
			'WebSocket connection is not authenticated. Please log in and try again.',
		);
	}
	if (seq <= 0)
		throw new AppError(400, 'api.web_socket_router.bad_seq.app_error', 'Invalid sequence for WebSocket message.');
	if (action === '') throw new AppError(400, 'api.web_socket_router.no_action.app_error', 'No WebSocket action.');
	const perform = actions[action];
	if (!perform) throw new AppError(500, 'api.web_socket_router.bad_action.app_error', 'Unknown WebSocket action.');
	connection.activeAt = site.clock.now();
	return perform(site, connection, data);
}

export function publishTyping(site: Site, userId: string, channelId: string, parentId: string): void {
	const data = { parent_id: parentId, user_id: userId };
	site.hub.publish('typing', data, { channel_id: channelId, omit_users: { [userId]: true } });
}
