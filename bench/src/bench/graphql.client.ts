// The load of the query comparison, in a process of its own: sends the same query so often, 16 at once. Keeps the answers honest.
import { Pool } from 'undici';

export interface QueryOrder {
	readonly origin: string;
	readonly query: string;
	readonly withToken: boolean;
	readonly requests: number;
}

export interface QueryResult {
	/** Milliseconds for all. */
	readonly elapsed: number;
	/** Of each request. */
	readonly answer: string;
}

const atOnce = 16;
let kept: Pool | undefined;

process.on('message', async ({ origin, query, withToken, requests }: QueryOrder) => {
	kept ??= new Pool(origin, { connections: atOnce });
	const pool = kept;
	const asking = {
		path: '/graphql',
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			accept: 'application/json',
			...(withToken ? { authorization: 'Bearer token' } : {}),
		},
		body: JSON.stringify({ query }),
	} as const;
	let left = requests;
	let answer: string | undefined;
	const worker = async () => {
		while (left-- > 0) {
			const { statusCode, body } = await pool.request(asking);
			const text = await body.text();
			answer ??= text;
			if (statusCode !== 200 || text !== answer || text.includes('"errors"'))
				throw new Error(`${statusCode}: ${text.slice(0, 200)}`);
		}
	};
	const began = performance.now();
	await Promise.all(Array.from({ length: atOnce }, worker));
	process.send?.({ elapsed: performance.now() - began, answer: answer ?? '' } satisfies QueryResult);
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
