// Each recorded exchange that a named method makes is made by it: the request must be the recorded one, and the recorded
// answer must come out, under `strict`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiError, isApiError, Secret } from '@matterkit/http';
import { Mattermost } from './mattermost.ts';
import type { Route } from './routes.ts';
import { type Exchange, exchanges } from './testing/exchanges.ts';
import { bytesOf, calls, notMade, results } from './testing/recorded-calls.ts';
import { type StubServer, stubServer } from './testing/stub-server.ts';

let stub: StubServer;
let mm: Mattermost;
let current: Exchange;
before(async () => {
	stub = await stubServer((request, response) => {
		const { path, body, status, answer, type, token } = current;
		// What a method asks besides: who am I, and how large may a file be.
		if (request.path.endsWith('/users/me') && path !== '/api/v4/users/me') {
			const inBody = (body as { user_id?: string } | undefined)?.user_id;
			return { ...me, id: inBody ?? /users\/(\w{26})/.exec(path)?.[1] ?? '' };
		}
		if (request.path.endsWith('/config/client') && !path.startsWith('/api/v4/config/client')) return {};
		seen.push({
			method: request.method,
			path: withQuery(decodeURIComponent(request.path), request.query),
			body: request.json ?? request.body.toString('latin1'),
		});
		response.writeHead(status, { 'content-type': type ?? 'application/json', ...(token ? { token } : {}) });
		response.end(answer === undefined ? (type ? 'some bytes' : '') : JSON.stringify(answer));
		return undefined;
	});
});
after(() => stub[Symbol.asyncDispose]());
const seen: { method: string; path: string; body: unknown }[] = [];

for (const exchange of exchanges) {
	const { pathname, searchParams } = new URL(exchange.path, 'http://server');
	const route = routeOf(exchange.method, pathname);
	const call = route && calls[route];
	if (!call || exchange.name in notMade) continue;
	test(`as recorded: ${exchange.name} (${route})`, async () => {
		mm = new Mattermost({ url: stub.url, token: 't', strict: true, maxRetries: 0 });
		await using _ = mm;
		current = exchange;
		seen.length = 0;
		const path = [...(pathname.match(patternOf(route)) ?? [])].slice(1);
		const result = await Promise.resolve(
			call(mm, { path, body: exchange.body, query: Object.fromEntries(searchParams) }),
		).catch((error) => error);

		assert.deepEqual(
			seen.map(({ method, path }) => ({ method, path })),
			[{ method: exchange.method, path: withQuery(pathname, Object.fromEntries(searchParams)) }],
		);
		assertSameBody(seen[0]?.body, exchange.body);
		if (exchange.status >= 400) assertSameError(result, exchange);
		else assertSameResult(result, exchange, route);
	});
}

test('every recorded exchange of the API is replayed, or it is said why not', () => {
	const unexplained = exchanges.filter(({ name, method, path }) => {
		const route = routeOf(method, path.split('?')[0] ?? '');
		return !(route && calls[route]) && !(name in notMade);
	});
	assert.deepEqual(
		unexplained.map((exchange) => `${exchange.name}: ${exchange.method} ${exchange.path}`),
		[],
	);
});

const me = {
	create_at: 1,
	update_at: 1,
	delete_at: 0,
	username: '',
	auth_service: '',
	email: '',
	nickname: '',
	first_name: '',
	last_name: '',
	position: '',
	roles: '',
	locale: '',
};

function assertSameBody(sent: unknown, recorded: unknown): void {
	if (typeof recorded === 'string') assert.equal(sent, bytesOf(recorded));
	else if (recorded === undefined) assert.equal(sent, '');
	else if (Array.isArray(sent)) assert.deepEqual(sent, recorded);
	else {
		const { pending_post_id, ...body } = sent as Record<string, unknown>;
		const keyed = typeof recorded === 'object' && recorded !== null && 'pending_post_id' in recorded;
		assert.deepEqual(keyed ? { ...body, pending_post_id } : body, recorded);
	}
}

function assertSameResult(result: unknown, { answer, type, token }: Exchange, route: Route): void {
	const made = results[route];
	if (result instanceof Error) throw result;
	if (type) assert.equal(String(result), 'some bytes');
	else if (token) assert.deepEqual(result, { user: answer, token: new Secret(token) });
	else assert.deepEqual(result, made && answer !== undefined ? made(answer as never) : answer);
}

function assertSameError(result: unknown, { status, answer }: Exchange): void {
	if (status === 404 && result === null) return;
	assert(isApiError(result), `should be an error: ${JSON.stringify(result)}`);
	const { id, request_id } = answer as Record<string, string>;
	assert.deepEqual(pick(result), { status, code: id, requestId: request_id });
}

const pick = ({ status, code, requestId }: ApiError) => ({ status, code, requestId });

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
	const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
	return `${path}?${new URLSearchParams(sorted)}`;
}

function patternOf(route: string): RegExp {
	return new RegExp(`^${route.slice(route.indexOf(' ') + 1).replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
}

/** The route with the fewest parameters that fits. */
function routeOf(method: string, path: string): Route | undefined {
	return (Object.keys(calls) as Route[])
		.filter((route) => route.startsWith(`${method} `) && patternOf(route).test(path))
		.sort((a, b) => a.split('{').length - b.split('{').length)[0];
}
