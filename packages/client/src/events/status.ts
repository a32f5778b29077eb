/** The HTTP status that an error of the REST client carries, whichever copy of the package it comes from. */
export function statusOf(error: unknown): number | undefined {
	const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
	return typeof status === 'number' ? status : undefined;
}
