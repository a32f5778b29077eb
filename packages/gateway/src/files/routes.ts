// Files pass through as bytes, with the viewer's own way into Mattermost: accounts made here have no token of Mattermost's to fetch them with.
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { Access } from '../access/access.ts';
import type { Viewer } from '../access/viewer.ts';
import { askedBy } from '../asked-by.ts';
import { RequestError, toClient } from '../engine/errors.ts';
import { requestId } from '../engine/request-id.ts';
import { looksLikeId } from '../mattermost-id.ts';
import { notLoggedIn, type RefusalCode, RefusedError } from '../refused-error.ts';
import { faultOfText } from '../schema/arguments.ts';
import { refusalOf } from '../schema/upstream-errors.ts';
import { allowOrigins } from '../transport/cross-origin.ts';
import type { Transfers } from './transfers.ts';

export interface FileRoutesOptions {
	readonly access: Access;
	/** @throws RefusedError the token is not good */
	readonly authenticate: (authorization: string) => Promise<Viewer>;
	readonly tokenRefused: () => void;
	/** Where set, a request that carries another `Origin` is refused. */
	readonly origins: readonly string[] | undefined;
	readonly transfers: Transfers;
	readonly logger: Logger;
}

/** Where a file is fetched: a field of the schema tells it. */
export const filePath = (fileId: string): string => `/graphql/files/${fileId}`;

/**
 * - `POST /graphql/files?channel=<id or name>&name=<file name>`, the bytes as body → 201 `{ id, name, size, mimeType }`;
 *   the id goes into `textMessageSend(fileIds:)`
 * - `GET /graphql/files/<id>` → the bytes
 */
export function fileRoutes(app: FastifyInstance, options: FileRoutesOptions): void {
	// A scope of its own: elsewhere bodies are parsed.
	app.register(async (scope) => {
		scope.removeAllContentTypeParsers();
		scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
		scope.setErrorHandler((error, request, reply) => tell(error, request, reply, options.logger));
		const refusal = () => new RefusedError('This origin is not allowed.', 'FORBIDDEN');
		allowOrigins(scope, { urls: ['/graphql/files', '/graphql/files/*'], origins: options.origins, refusal });
		scope.addHook('onRequest', async (_request, reply) => options.transfers.begin(reply.raw));
		// Mattermost's own limit of size answers for itself.
		scope.post('/graphql/files', { bodyLimit: Number.MAX_SAFE_INTEGER }, (request, reply) =>
			askedBy(requestId(request.raw), () => upload(request, reply, options)),
		);
		// Not `:id`: the router itself would refuse one that is too long, in words of its own.
		scope.get('/graphql/files/*', (request, reply) =>
			askedBy(requestId(request.raw), () => download(request, reply, options)),
		);
	});
}

async function upload(request: FastifyRequest, reply: FastifyReply, options: FileRoutesOptions): Promise<FastifyReply> {
	const viewer = await viewerOf(request, options);
	const channel = parameter(request, 'channel');
	const name = parameter(request, 'name');
	if (channel === '') throw new RefusedError('The file has no channel: give it as ?channel=…', 'BAD_USER_INPUT');
	if (name.trim() === '') throw new RefusedError('The file has no name: give it as ?name=…', 'BAD_USER_INPUT');
	const { id } = await options.access.channel(viewer, channel);
	const length = Number(request.headers['content-length']);
	const source = request.body as Readable | undefined;
	if (!source || length === 0) throw new RefusedError('The file is empty.', 'BAD_USER_INPUT');
	let isRead = false;
	const file = await viewer.mattermost((mm) => {
		// After a renewal of the token this is asked again, and what was read of the body is gone.
		if (isRead) throw new RefusedError('The Mattermost session was renewed. Please send the file again.', 'CONFLICT');
		isRead = true;
		return mm.files.upload(id, source, { name, ...(Number.isNaN(length) ? {} : { size: length }) });
	});
	return reply.status(201).send({ id: file.id, name: file.name, size: file.size, mimeType: file.mime_type });
}

async function download(
	request: FastifyRequest,
	reply: FastifyReply,
	options: FileRoutesOptions,
): Promise<FastifyReply> {
	const viewer = await viewerOf(request, options);
	const { '*': id } = request.params as { '*': string };
	if (!looksLikeId(id)) throw new RefusedError('A file is named by its id: /graphql/files/<id>.', 'BAD_USER_INPUT');
	const file = await viewer.mattermost((mm) => mm.files.getInfo(id));
	// Mattermost lets administrators see more than what they are members of, and everybody the files of their other teams.
	if (!(await options.access.mayRead(viewer, file.channel_id))) throw new RefusedError('File not found.', 'NOT_FOUND');
	const bytes = await viewer.mattermost((mm) => mm.files.download(id));
	return reply
		.headers({
			'content-type': file.mime_type || 'application/octet-stream',
			'content-length': file.size,
			// Somebody else's page or script must not run as one of this server's.
			'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
			'x-content-type-options': 'nosniff',
			'cache-control': 'private, max-age=86400, immutable',
		})
		.send(bytes);
}

/** '' where it is left out. */
function parameter({ query }: FastifyRequest, name: string): string {
	const value = (query as Record<string, string | string[] | undefined>)[name] ?? '';
	const fault = typeof value === 'string' ? faultOfText(value) : 'is there more than once.';
	if (fault !== undefined) throw new RefusedError(`${name} ${fault}`, 'BAD_USER_INPUT');
	return String(value);
}

async function viewerOf(
	{ headers }: FastifyRequest,
	{ authenticate, tokenRefused }: FileRoutesOptions,
): Promise<Viewer> {
	if (!headers.authorization) throw notLoggedIn();
	return authenticate(headers.authorization).catch((error: unknown) => {
		if (error instanceof GraphQLError) tokenRefused();
		throw error;
	});
}

const statuses: Partial<Record<RefusalCode, number>> = {
	UNAUTHENTICATED: 401,
	FORBIDDEN: 403,
	NOT_FOUND: 404,
	BAD_USER_INPUT: 400,
	CONFLICT: 409,
	TOO_MANY_REQUESTS: 429,
};

function tell(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): FastifyReply {
	const refusal = error instanceof RefusedError ? error : refusalOf(error);
	const id = requestId(request.raw);
	if (error instanceof RequestError) {
		return reply.status(error.status).header('connection', 'close').send({ errors: error.errors });
	}
	const told = refusal ?? new GraphQLError('unknown', { originalError: error instanceof Error ? error : undefined });
	const status = refusal ? (statuses[refusal.code] ?? 400) : 502;
	return reply
		.status(status)
		.header('x-request-id', id)
		.send({ errors: [toClient(told, id, logger)] });
}
