import type { RequestOptions } from '@matterkit/http';
import { Resource } from './resource.ts';

export class Sessions extends Resource {
	list(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/sessions', [userId], options);
	}

	revoke(userId: string, sessionId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/sessions/revoke', [userId], {
			...options,
			json: { session_id: sessionId },
		});
	}

	revokeAll(userId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/sessions/revoke/all', [userId], options);
	}

	/** Signs out every user of the server. */
	revokeEveryone(options?: RequestOptions) {
		return this.call('POST /api/v4/users/sessions/revoke/all', [], options);
	}

	/** Where push notifications of this session go. */
	setDevice(deviceId: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/users/sessions/device', [], { ...options, json: { device_id: deviceId } });
	}
}
