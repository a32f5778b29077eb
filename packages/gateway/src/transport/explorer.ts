// GraphiQL with a log-in, for browsers, from this server alone. Nothing of it is read before a browser asks.
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { explorerFile } from './explorer-files.ts';

const types: Readonly<Record<string, string>> = {
	'.html': 'text/html; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
};

/** Scripts and connections of this server only. GraphiQL sets styles by elements, and brings its fonts as data. */
const policy = [
	"default-src 'none'",
	"script-src 'self'",
	"connect-src 'self'",
	"style-src 'self' 'unsafe-inline'",
	'font-src data:',
	'img-src data:',
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
].join('; ');

/** Whether a browser asks for a page, and not a client for an answer. */
export function wantsExplorer({ headers, query }: FastifyRequest): boolean {
	const asksNothing = ['query', 'documentId', 'extensions'].every((name) => !(name in (query as object)));
	return asksNothing && headers.accept?.includes('text/html') === true;
}

/** The page names its files from `/graphql/` on, so a browser is sent there: by a relative address, as a proxy may add to the path. */
export async function sendExplorer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
	const [path = ''] = request.url.split('?');
	return path.endsWith('/') ? sendFile('index.html', reply) : reply.redirect('graphql/');
}

export function explorerRoutes(scope: FastifyInstance): void {
	scope.get<{ Params: { file: string } }>('/graphql/explorer/:file', ({ params }, reply) =>
		sendFile(params.file, reply),
	);
}

async function sendFile(name: string, reply: FastifyReply): Promise<FastifyReply> {
	const file = explorerFile(name);
	if (!file) return reply.status(404).send();
	const type = types[extname(name)] ?? '';
	return reply
		.headers({ 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'content-type': type })
		.send(await readFile(file));
}
