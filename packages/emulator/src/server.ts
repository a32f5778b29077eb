// HTTP: from a request to the handler of its route, and from what that gives (or throws) to an answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Answer } from './answer.ts';
import { Call } from './call.ts';
import { AppError, noSuchRoute, sessionExpired } from './errors.ts';
import type { Plan } from './faults/faults.ts';
import { sendBadly, sendStatus } from './faults/send.ts';
import { newId } from './ids.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Found, Router } from './router.ts';
import { sessionFor, tokenOf, touch } from './session.ts';
import type { Site } from './site.ts';
import { serverVersion } from './version.ts';

/** Bytes of a body, characters of a URL, at most. */
const bodyLimit = 300_000;
const urlLimit = 2_048;

const json = 'application/json';
const signedOut = 'MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly';

export class Server {
	readonly #site: Site;
	readonly #router: Router;
	readonly #limiter = new RateLimiter();

	constructor(site: Site, router: Router) {
		this.#site = site;
		this.#router = router;
	}

	async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = request.url ?? '/';
		const method = request.method ?? 'GET';
		const question = url.indexOf('?');
		const path = question < 0 ? url : url.slice(0, question);
		const clean = cleanPath(path);
		if (clean !== path) {
			response.writeHead(301, { Location: question < 0 ? clean : clean + url.slice(question) }).end();
			return;
		}
		const found = this.#router.find(method, path);
		if (!found) return notFound(response, path);
		if (!this.#mayPass(request, response)) return;
		const search = question < 0 ? '' : url.slice(question + 1);
		const plan = path.startsWith('/_emulator/') ? undefined : this.#site.faults.plan(found.route.name, path);
		if (plan?.latency) await delay(plan.latency);
		if (plan?.refuse) request.socket.destroy();
		else if (plan?.status) sendStatus(response, plan.status);
		else this.#send(request, response, await this.#answer(request, found, search), plan);
	}

	/** Tells of the rate limit in the headers, twice where both the address and the user are counted, as the real server does. */
	#mayPass(request: IncomingMessage, response: ServerResponse): boolean {
		const { settings, clock } = this.#site;
		if (!settings.rateLimit) return true;
		const { byUser = true } = settings.rateLimit;
		const token = byUser ? tokenOf(request) : undefined;
		const key = token ?? request.socket.remoteAddress ?? '';
		const { allowed, limit, remaining, reset, retryAfter } = this.#limiter.take(key, clock.now(), settings.rateLimit);
		const told = (value: number) => (allowed && token !== undefined ? [String(value), String(value)] : String(value));
		response.setHeader('X-Ratelimit-Limit', told(limit));
		response.setHeader('X-Ratelimit-Remaining', told(remaining));
		response.setHeader('X-Ratelimit-Reset', told(reset));
		if (allowed) return true;
		response.writeHead(429, {
			'Content-Type': 'text/plain; charset=utf-8',
			'Retry-After': String(retryAfter),
			'X-Content-Type-Options': 'nosniff',
		});
		response.end('limit exceeded\n');
		return false;
	}

	async #answer(request: IncomingMessage, found: Found, search: string): Promise<Answer> {
		let refused = false;
		try {
			if ((request.url?.length ?? 0) > urlLimit) throw urlTooLong();
			const token = tokenOf(request);
			const session = token === undefined ? undefined : sessionFor(this.#site, token);
			if (session) touch(this.#site, session);
			else if (!found.route.open) {
				refused = token !== undefined;
				throw sessionExpired();
			}
			const body = found.route.stream || request.method === 'GET' ? nothing : await read(request);
			const value = await found.route.handler(new Call(this.#site, request, found, search, body, session));
			return value instanceof Answer ? value : new Answer(200, value);
		} catch (error) {
			// A client that went away before its body was read gets no answer, and nothing has failed.
			const isGone = request.destroyed && (!request.complete || request.errored !== null);
			if (isGone && !(error instanceof AppError)) return new Answer(400, undefined);
			const appError = error instanceof AppError ? error : internal(error);
			return new Answer(appError.status, appError, refused ? { 'set-cookie': signedOut } : {});
		}
	}

	#send(request: IncomingMessage, response: ServerResponse, { status, body, headers }: Answer, plan?: Plan): void {
		// What is answered is kept, whatever happens to this process next. What can't be kept is not answered.
		try {
			this.#site.world.commit();
		} catch (error) {
			console.error('emulator: the journal could not be written', error);
			request.socket.destroy();
			return;
		}
		if (plan?.dropAnswer) {
			request.socket.destroy();
			return;
		}
		const requestId = newId();
		const head: Record<string, string> = {
			'X-Content-Type-Options': 'nosniff',
			'X-Request-Id': requestId,
			'X-Version-Id': serverVersion,
		};
		if (request.method === 'GET') head.Expires = '0';
		const isText = typeof body === 'string' || body instanceof Uint8Array;
		if (body !== undefined && !isText) head['Content-Type'] = json;
		Object.assign(head, headers);
		const text =
			isText || body === undefined
				? body
				: body instanceof AppError
					? JSON.stringify(body.answer(requestId))
					: JSON.stringify(body);
		if (text !== undefined) head['Content-Length'] = String(Buffer.byteLength(text));
		response.writeHead(status, head);
		if (plan && sendBadly(response, text, plan)) return;
		if (request.method === 'HEAD') response.end();
		else response.end(text);
	}
}

const nothing = Buffer.alloc(0);

/** Without `//` and `/../`: the real server's router sends clients there, and mattermostdriver depends on it. */
function cleanPath(path: string): string {
	if (!path.includes('//') && !path.includes('/.')) return path;
	const segments: string[] = [];
	for (const segment of path.split('/')) {
		if (segment === '..') segments.pop();
		else if (segment !== '' && segment !== '.') segments.push(segment);
	}
	return `/${segments.join('/')}${path.endsWith('/') && segments.length > 0 ? '/' : ''}`;
}

function notFound(response: ServerResponse, path: string): void {
	response.writeHead(404, { 'Content-Type': json });
	response.end(JSON.stringify(noSuchRoute(path)));
}

const urlTooLong = () => new AppError(414, 'basic_security_check.url.too_long_error', 'The URL is too long.');

const bodyTooLarge = () =>
	new AppError(413, 'api.context.request_body_too_large.app_error', 'Request body is too large.');

function internal(error: unknown): AppError {
	console.error('emulator: a handler failed', error);
	return new AppError(500, 'emulator.internal_error', 'The emulator failed at this request: see its log.');
}

function read(request: IncomingMessage): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size > bodyLimit) {
				request.removeAllListeners('data').resume();
				reject(bodyTooLarge());
			} else chunks.push(chunk);
		});
		request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
		request.on('error', reject);
		// Handed on late, by a server that the emulator is mounted in: its client may be gone already, and nothing more comes.
		if (request.destroyed) reject(request.errored ?? new Error('the client is gone'));
	});
}
