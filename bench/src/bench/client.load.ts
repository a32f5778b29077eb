// One contestant of `client.ts` in a process of its own: GET /users/me, 32 at once.
import { createHttpClient } from '@matterkit/http';
import MattermostClient from '@mattermost/client';
import { Pool, request as undiciRequest } from 'undici';

type Get = () => Promise<unknown>;

const token = 'a-token-of-twenty-six-lette';
const headers = { authorization: `Bearer ${token}` };
const path = '/api/v4/users/me';

const contestants: Record<string, (origin: string) => Get> = {
	'@matterkit/http': (origin) => {
		const client = createHttpClient(`${origin}/api/v4`, token, { rateLimit: false });
		return () => client.get('/users/me');
	},
	'undici.request': (origin) => async () => (await undiciRequest(origin + path, { headers })).body.json(),
	/** As a program that wants an answer within 30 s must call it: undici's own timeouts begin anew with each byte. */
	'undici.request, AbortSignal.timeout': (origin) => async () =>
		(await undiciRequest(origin + path, { headers, signal: AbortSignal.timeout(30_000) })).body.json(),
	fetch: (origin) => async () => (await fetch(origin + path, { headers })).json(),
	'@mattermost/client': (origin) => {
		const client = new MattermostClient.Client4();
		client.setUrl(origin);
		client.setToken(token);
		return () => client.getMe();
	},
	/** The floor: the dispatcher that ours stands on, with nothing around it. */
	'undici dispatcher, bare': (origin) => {
		const pool = new Pool(origin, { headersTimeout: 0, bodyTimeout: 0, allowH2: false });
		const options = { path, method: 'GET', headers } as const;
		return () =>
			new Promise((resolve, reject) => {
				const chunks: Buffer[] = [];
				pool.dispatch(options, {
					onRequestStart() {},
					onResponseStart() {},
					onResponseData: (_, chunk) => chunks.push(chunk),
					onResponseEnd: () => resolve(JSON.parse((chunks[0] as Buffer).toString())),
					onResponseError: (_, error) => reject(error),
				});
			});
	},
};

const [name = '', port, seconds = '2', atOnce = '32'] = process.argv.slice(2);
const get = contestants[name]?.(`http://127.0.0.1:${port}`);
if (!get) throw new Error(`no contestant ${name}`);

async function run(milliseconds: number): Promise<{ requests: number; elapsed: number; cpu: number }> {
	const before = process.cpuUsage();
	const begin = performance.now();
	const end = begin + milliseconds;
	let requests = 0;
	const worker = async () => {
		while (performance.now() < end) {
			await (get as Get)();
			requests++;
		}
	};
	await Promise.all(Array.from({ length: Number(atOnce) }, worker));
	const { user, system } = process.cpuUsage(before);
	return { requests, elapsed: performance.now() - begin, cpu: user + system };
}

await run(1000); // Warm: connections open, code compiled.
const { requests, elapsed, cpu } = await run(Number(seconds) * 1000);
const result = { name, perSecond: (requests / elapsed) * 1000, cpuMicros: cpu / requests };
if (process.send) process.send(result, () => process.exit());
else {
	console.log(result);
	process.exit();
}
