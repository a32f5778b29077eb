// The load of the query comparison, in a process of its own: sends the same query so often, 16 at once. Keeps the answers honest.
import { Pool } from 'undici';

export interface QueryOrder {
	readonly origin: string;
	readonly query: string;
	readonly requests: number;
}

let pool: Pool | undefined;

async function ask(body: string): Promise<string> {
	if (!pool) throw new Error('bug: no pool');
	const { statusCode, body: answer } = await pool.request({
		path: '/graphql',
		method: 'POST',
		headers: { 'content-type': 'application/json', accept: 'application/json' },
		body,
	});
	const text = await answer.text();
	if (statusCode !== 200 || text.includes('"errors"')) throw new Error(`${statusCode}: ${text.slice(0, 200)}`);
	return text;
}

process.on('message', async ({ origin, query, requests }: QueryOrder) => {
	pool ??= new Pool(origin, { connections: 16 });
	const body = JSON.stringify({ query });
	let left = requests;
	let bytes = 0;
	const worker = async () => {
		while (left-- > 0) {
			const { length } = await ask(body);
			bytes += length;
		}
	};
	await Promise.all(Array.from({ length: 16 }, worker));
	process.send?.(Math.round(bytes / requests));
});
process.on('disconnect', () => process.exit());
