import { isNotFoundError } from '@matterkit/client';

/** null instead of an error when Mattermost knows no such thing. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
	try {
		return await answer;
	} catch (error) {
		if (isNotFoundError(error)) return null;
		throw error;
	}
}
