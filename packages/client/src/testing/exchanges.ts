// What a real Mattermost 11.6 server was asked and answered, trimmed (fixtures/exchanges.jsonl).
import { readFileSync } from 'node:fs';

export interface Exchange {
	readonly name: string;
	readonly method: string;
	/** With its query. */
	readonly path: string;
	/** As JSON; bytes are `<n bytes>`. */
	readonly body?: unknown;
	readonly status: number;
	readonly answer?: unknown;
	/** Content type, where it is not JSON. */
	readonly type?: string;
	/** The header of that name. */
	readonly token?: string;
}

export const exchanges: readonly Exchange[] = readFileSync(
	new URL('../../fixtures/exchanges.jsonl', import.meta.url),
	'utf8',
)
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line));
