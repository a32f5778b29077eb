// Builds every published package, packs it as a user would get it, installs the tarballs in an empty folder and imports each one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** In the order of the arrows: a package is built against the declarations of those before it. */
const rooms = ['http', 'client', 'emulator', 'store', 'gateway', 'notifier', 'cli'];

function run(program: string, args: readonly string[], cwd = root): string {
	const done = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
	if (done.status !== 0) {
		console.error(`${program} ${args.join(' ')} failed in ${cwd}:\n${done.stdout}${done.stderr}`);
		process.exit(1);
	}
	return done.stdout;
}

const manifest = (room: string) =>
	JSON.parse(readFileSync(join(root, 'packages', room, 'package.json'), 'utf8')) as {
		name: string;
		version: string;
		license: string;
		engines: { node: string };
		dependencies: Record<string, string>;
		bin?: Record<string, string>;
	};

for (const room of rooms) {
	rmSync(join(root, 'packages', room, 'dist'), { recursive: true, force: true });
	run(process.execPath, [
		join(root, 'node_modules/typescript/bin/tsc'),
		'-p',
		join('packages', room, 'tsconfig.build.json'),
	]);
}

const folder = mkdtempSync(join(tmpdir(), 'matterkit-shape-'));
try {
	const dependencies: Record<string, string> = {};
	for (const room of rooms) {
		const { name, license, engines } = manifest(room);
		if (license !== 'MIT' || !engines.node.startsWith('>=22')) throw new Error(`${name}: licence or engines missing`);
		const packed = JSON.parse(
			run('npm', ['pack', '--json', '--pack-destination', folder], join(root, 'packages', room)),
		) as
			| { filename: string; files: { path: string }[] }[]
			| Record<string, { filename: string; files: { path: string }[] }>;
		const tarball = Object.values(packed)[0];
		if (!tarball) throw new Error(`${name}: npm pack said nothing`);
		const unwanted = tarball.files.filter(({ path }) => /\.test\.|^src\/|testing\//.test(path));
		if (unwanted.length > 0) throw new Error(`${name} would publish ${unwanted.map(({ path }) => path).join(', ')}`);
		dependencies[name] = `file:${tarball.filename}`;
	}
	writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
	run('npm', ['install', '--no-audit', '--no-fund', '--omit=dev', '--legacy-peer-deps'], folder);
	const pageIsThere = `
		import { accessSync } from 'node:fs';
		import { borrowedFiles, explorerFile } from './node_modules/@matterkit/gateway/dist/transport/explorer-files.js';
		for (const name of ['index.html', 'page.css', 'page.js', ...borrowedFiles.map(([name]) => name)]) accessSync(explorerFile(name));`;
	run(process.execPath, ['--input-type=module', '-e', pageIsThere], folder);
	for (const room of rooms) {
		const { name, bin } = manifest(room);
		const names = run(
			process.execPath,
			['--input-type=module', '-e', `console.log(Object.keys(await import('${name}')).length)`],
			folder,
		);
		if (Number(names) === 0) throw new Error(`${name} exports nothing`);
		console.log(`shape: ${name} installs and exports ${names.trim()} names`);
		for (const program of Object.keys(bin ?? {})) {
			run(process.execPath, [join(folder, 'node_modules/.bin', program), '--version'], folder);
		}
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
