import { isApiError, type Mattermost } from '@matterkit/client';

/**
 * Takes back a user that was made a moment ago. Mattermost's API does not delete users: it is renamed, so that its names are free again,
 * and deactivated, which also ends its sessions and tokens.
 * @param mark makes the new name, `void-<mark>`
 */
export async function discardUser(mm: Mattermost, userId: string, mark: string): Promise<void> {
	const username = `void-${mark}`;
	try {
		await mm.users.update(userId, { username, email: `${username}@example.invalid` });
	} catch (error) {
		if (!isApiError(error) || error.status !== 400) throw error;
		// A server that takes addresses of certain domains only: the name at least is freed.
		await mm.users.update(userId, { username });
	}
	await mm.users.deactivate(userId);
}
