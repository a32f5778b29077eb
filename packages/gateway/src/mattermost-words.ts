import type { ApiError } from '@matterkit/client';

/** What Mattermost says of a refusal, for those who chat here. The error's own message says which address was asked: that is no business of theirs. */
export function mattermostWords({ body, message, status }: ApiError): string {
	// Refused by our client before anything was sent: it names no address.
	if (status === undefined) return message;
	const words = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
	return typeof words === 'string' && words !== '' ? words : `Mattermost refused the request (${status}).`;
}
