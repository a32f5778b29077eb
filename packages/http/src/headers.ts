import { Secret } from './secret.ts';

/** Request headers, names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** `extra` over `base`; a value of undefined takes a header away. */
export function mergeHeaders(
	base: RequestHeaders,
	extra: Readonly<Record<string, string | undefined>> | undefined,
): Record<string, string> {
	const merged: Record<string, string> = { ...base };
	for (const name in extra) {
		const value = extra[name];
		if (value === undefined) delete merged[name.toLowerCase()];
		else merged[name.toLowerCase()] = value;
	}
	return merged;
}

export function bearer(token: string | Secret): string {
	return `Bearer ${token instanceof Secret ? token.reveal() : token}`;
}
