import type { ApiError } from '@matterkit/client';

/**
 * What Mattermost says of a refusal, for those who chat here. The error's own message says which address was asked, and so may a proxy's
 * answer: that is no business of theirs.
 */
export function mattermostWords({ body, message, route, status, url }: ApiError): string {
	// Refused by our client before anything was sent: of what it was about to ask it speaks in Mattermost's terms.
	if (status === undefined) {
		const isAboutRequest = route !== undefined || url !== undefined;
		return isAboutRequest ? 'Mattermost can not be asked that: a value is empty or malformed.' : message;
	}
	const isMattermosts = typeof body === 'object' && body !== null && 'id' in body && 'message' in body;
	const words = isMattermosts ? body.message : undefined;
	return typeof words === 'string' && words !== '' ? words : `Mattermost refused the request (${status}).`;
}
