// Keeps the one-way doors between the rooms: which room may import which, and what only tests may import.
import { globSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Rooms that each room's sources may import. What is not here is not allowed. */
const allowed: Record<string, readonly string[]> = {
	http: [],
	client: ['http'],
	emulator: [],
	store: [],
	gateway: ['client', 'store'],
	notifier: ['client', 'store'],
	cli: ['http', 'client', 'emulator', 'store', 'gateway', 'notifier'],
};

/** Rooms that tests may use besides: a server to talk to, and real services. */
const forTests = ['emulator', 'testing'];

/** Inside the gateway: the engine serves any schema, and knows nothing of the chat that is served. */
const engine = /^packages\/gateway\/src\/(engine|transport)\//;
const chat = /^packages\/gateway\/src\/(access|accounts|chat|files|nodes|proxies|schema|upstreams)\//;

const importPattern = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

interface Import {
	readonly file: string;
	readonly line: number;
	readonly specifier: string;
}

function importsOf(file: string): Import[] {
	const text = readFileSync(join(root, file), 'utf8');
	return [...text.matchAll(importPattern)].map((match) => ({
		file,
		line: text.slice(0, match.index).split('\n').length,
		specifier: match[1] ?? '',
	}));
}

function problemWith({ file, specifier }: Import): string | undefined {
	const room = file.split(sep)[1] ?? '';
	const isTest = /\.test\.ts$|[/\\]testing[/\\]/.test(file);
	if (specifier.startsWith('.')) {
		const target = relative(root, join(root, file, '..', specifier));
		if (!target.startsWith(join('packages', room) + sep)) return 'leaves the room by a relative path';
		const isUpwards = !isTest && engine.test(file.replaceAll(sep, '/')) && chat.test(target.replaceAll(sep, '/'));
		return isUpwards ? 'is of the chat, of which the engine knows nothing' : undefined;
	}
	const imported = specifier === 'matterkit' ? 'cli' : /^@matterkit\/([a-z]+)/.exec(specifier)?.[1];
	if (imported === undefined || imported === room) return undefined;
	const rooms = [...(allowed[room] ?? []), ...(isTest ? forTests : [])];
	if (!rooms.includes(imported)) return `${room} may not import ${imported}${isTest ? ', not even in tests' : ''}`;
	if (/^@matterkit\/[a-z]+\/(?!package\.json)/.test(specifier)) return 'reaches behind the public index of a room';
	return undefined;
}

const files = globSync('packages/*/src/**/*.ts', { cwd: root });
const problems = files
	.flatMap(importsOf)
	.map((found) => ({ found, problem: problemWith(found) }))
	.filter(({ problem }) => problem !== undefined);

for (const { found, problem } of problems) {
	console.error(`${found.file}:${found.line}: '${found.specifier}' ${problem}`);
}
if (problems.length > 0) process.exit(1);
console.log(`arrows: ${files.length} files in ${Object.keys(allowed).length} rooms, every import goes the right way`);
