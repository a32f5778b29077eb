import { type ApiError, isApiError, isNotFoundError } from '@matterkit/client';

/** A deletion whose answer was lost is repeated, and finds nothing there any more: that is what was asked for. */
export async function orGone(deletion: PromiseLike<unknown>): Promise<void> {
	try {
		await deletion;
	} catch (error) {
		if (!isApiError(error) || error.attempts <= 1 || !saysGone(error)) throw error;
	}
}

/** An archived channel is there still, and says so. */
const saysGone = (error: ApiError) =>
	isNotFoundError(error) || error.code === 'api.channel.delete_channel.deleted.app_error';
